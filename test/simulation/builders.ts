import type { AnalysisPlan, Plan, SuccessCriterion, TrafficPlan } from "../../engine";
import type { TrafficScenario } from "../../simulation/traffic/scenario";

interface Changes {
  readonly traffic?: Partial<TrafficPlan>;
  readonly analysis?: Partial<AnalysisPlan>;
  readonly criteria?: readonly SuccessCriterion[];
}

export function criterion(metric: string, changes: Partial<SuccessCriterion> = {}): SuccessCriterion {
  return {
    metric,
    toleranceType: "delta",
    tolerance: 0.1,
    direction: "lower",
    sampleSize: 10,
    stopOnFailure: false,
    ...changes,
  };
}

export const ERRORS = criterion("iter8_error_rate", { tolerance: 1, floor: 0.003 });
export const LATENCY = criterion("iter8_latency");

/** A guarded release with a look every 15 s, judged sequentially. */
export function plan({ traffic, analysis, criteria = [ERRORS, LATENCY] }: Changes = {}): Plan {
  return {
    baseline: "v1",
    candidate: "v2",
    traffic: {
      strategy: "guarded",
      step: 10,
      maxWeight: 50,
      intervalMs: 15_000,
      maxIterations: 120,
      onSuccess: "candidate",
      confidence: 0.95,
      ...traffic,
    },
    analysis: { mode: "sequential", alpha: 0.05, beta: 0.05, warmupMs: 0, ...analysis },
    criteria,
    maxStallMs: 300_000,
    readyTimeoutMs: 600_000,
  };
}

/** 100 requests a second to two like versions. */
export function traffic(changes: Partial<TrafficScenario> = {}): TrafficScenario {
  return {
    requestsPerSecond: 100,
    latency: "mean",
    baseline: { errorRate: 0.001 },
    candidate: { errorRate: 0.001 },
    ...changes,
  };
}
