import type {
  MetricValues,
  Observation,
  Plan,
  ReleaseState,
  StepInput,
  SuccessCriterion,
  Targets,
  TrafficPlan,
} from "../../engine";

export const READY: Targets = { service: "ready", baseline: "ready", candidate: "ready" };
export const INTERVAL_MS = 10_000;

export function criterion(changes: Partial<SuccessCriterion> = {}): SuccessCriterion {
  return {
    metric: "latency",
    toleranceType: "threshold",
    tolerance: 200,
    direction: "lower",
    sampleSize: 10,
    stopOnFailure: false,
    ...changes,
  };
}

type PlanChanges = Partial<Omit<Plan, "traffic">> & { readonly traffic?: Partial<TrafficPlan> };

export function plan({ traffic, ...changes }: PlanChanges = {}): Plan {
  return {
    baseline: "reviews-v1",
    candidate: "reviews-v2",
    analysis: { mode: "point", alpha: 0.05, beta: 0.05, warmupMs: 0 },
    criteria: [criterion()],
    maxStallMs: 60_000,
    readyTimeoutMs: 120_000,
    ...changes,
    traffic: {
      strategy: "check_and_increment",
      step: 20,
      maxWeight: 50,
      intervalMs: INTERVAL_MS,
      maxIterations: 4,
      onSuccess: "candidate",
      confidence: 0.95,
      ...traffic,
    },
  };
}

/** A release in its first iteration, begun at 0. */
export function iterating(changes: Partial<ReleaseState> = {}): ReleaseState {
  return {
    stage: "iterating",
    iteration: 1,
    weight: 20,
    createdAt: 0,
    startedAt: 0,
    iterationStartedAt: 0,
    paused: false,
    evidence: [],
    reason: "",
    ...changes,
  };
}

interface Numbers {
  readonly baseline?: number | null;
  readonly candidate?: number | null;
  readonly baselineSamples?: number;
  readonly candidateSamples?: number;
  readonly metric?: string;
  readonly isCounter?: boolean;
}

/** Values of one metric; by default both versions are fine and have had 100 requests. */
export function metric(numbers: Numbers = {}): MetricValues {
  const { baseline = 100, candidate = 100, baselineSamples = 100, candidateSamples = 100 } = numbers;
  return {
    metric: numbers.metric ?? "latency",
    isCounter: numbers.isCounter ?? false,
    unit: "ms",
    baseline: { value: baseline, sampleSize: baselineSamples },
    candidate: { value: candidate, sampleSize: candidateSamples },
  };
}

export function values(numbers: Numbers = {}): Observation {
  return { kind: "values", metrics: [metric(numbers)] };
}

export const UNREACHABLE: Observation = { kind: "unavailable", fault: "unreachable", detail: "Nobody answers." };

/** What the world shows when the first iteration's assessment falls due. */
export function due(changes: Partial<StepInput> = {}): StepInput {
  return { now: INTERVAL_MS, targets: READY, observation: values(), ...changes };
}
