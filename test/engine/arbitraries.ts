import fc from "fast-check";
import {
  ACTIONS,
  DIRECTIONS,
  initialState,
  ON_SUCCESS,
  step,
  TOLERANCE_TYPES,
  type Observation,
  type Plan,
  type ReleaseState,
  type StepInput,
  type TargetState,
  type VersionValue,
} from "../../engine";
import { READY } from "./builders";

/** Halves are exact in binary, so that sums of steps can be compared with no tolerance. */
const percent = fc.integer({ min: 1, max: 200 }).map((halves) => halves / 2);

export const planArb: fc.Arbitrary<Plan> = fc.record({
  baseline: fc.constant("v1"),
  candidate: fc.constant("v2"),
  traffic: fc.record({
    strategy: fc.constant("check_and_increment" as const),
    step: percent,
    maxWeight: percent,
    intervalMs: fc.integer({ min: 1, max: 5000 }),
    maxIterations: fc.integer({ min: 1, max: 12 }),
    onSuccess: fc.constantFrom(...ON_SUCCESS),
    confidence: fc.constant(0.95),
  }),
  analysis: fc.constant({ mode: "point" as const, alpha: 0.05, beta: 0.05, warmupMs: 0 }),
  criteria: fc.array(
    fc.record({
      metric: fc.constantFrom("latency", "errors"),
      toleranceType: fc.constantFrom(...TOLERANCE_TYPES),
      tolerance: fc.double({ min: -1, max: 300, noNaN: true }),
      direction: fc.constantFrom(...DIRECTIONS),
      sampleSize: fc.nat(50),
      stopOnFailure: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  maxStallMs: fc.integer({ min: 1, max: 20_000 }),
  readyTimeoutMs: fc.integer({ min: 1, max: 20_000 }),
});

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 2, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.constant(null) },
);
const sampleSize = fc.oneof({ weight: 6, arbitrary: fc.nat(200) }, { weight: 1, arbitrary: fc.double() });
const versionArb: fc.Arbitrary<VersionValue> = fc.record({ value, sampleSize });

export const unavailableArb: fc.Arbitrary<Observation> = fc.record({
  kind: fc.constant("unavailable" as const),
  fault: fc.constantFrom("unreachable", "timeout", "stale", "malformed"),
  detail: fc.constantFrom("Nobody answers.", "The data is old."),
});

export function valuesArb(plan: Plan, version = versionArb): fc.Arbitrary<Observation> {
  const metrics = plan.criteria.map(({ metric }) =>
    fc.record({
      metric: fc.constant(metric),
      isCounter: fc.boolean(),
      unit: fc.constant(""),
      baseline: version,
      candidate: version,
    }),
  );
  return fc.record({ kind: fc.constant("values" as const), metrics: fc.tuple(...metrics) });
}

/** One moment of the world: how long after the last one, and what it shows. */
export interface Moment extends Omit<StepInput, "now"> {
  readonly afterMs: number;
}

/** Moments at which nothing but time and metrics matter. */
export function quietArb(observation: fc.Arbitrary<Observation>): fc.Arbitrary<Moment> {
  return fc.record({ afterMs: fc.nat(6000), targets: fc.constant(READY), observation });
}

const targetArb = fc.oneof(
  { weight: 20, arbitrary: fc.constant<TargetState>("ready") },
  { weight: 1, arbitrary: fc.constantFrom<TargetState>("missing", "down", "partial") },
);

/** Moments of any kind. */
export function momentArb(plan: Plan): fc.Arbitrary<Moment> {
  return fc.record({
    afterMs: fc.nat(6000),
    targets: fc.record({
      service: fc.oneof(
        { weight: 30, arbitrary: fc.constant("ready" as const) },
        { weight: 1, arbitrary: fc.constant("missing" as const) },
      ),
      baseline: targetArb,
      candidate: targetArb,
    }),
    action: fc.oneof(
      { weight: 20, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: fc.constantFrom("pause" as const, "resume" as const) },
      { weight: 1, arbitrary: fc.constantFrom(...ACTIONS) },
    ),
    observation: fc.oneof(
      { weight: 6, arbitrary: valuesArb(plan) },
      { weight: 2, arbitrary: unavailableArb },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
  });
}

export interface Move {
  readonly before: ReleaseState;
  readonly input: StepInput;
  readonly after: ReleaseState;
  readonly told: number;
}

/** Runs a release through moments, from its creation at 0. */
export function run(
  plan: Plan,
  moments: readonly Moment[],
  keep: (state: ReleaseState) => ReleaseState = (s) => s,
): Move[] {
  const moves: Move[] = [];
  let state = keep(initialState(0));
  let now = 0;
  for (const { afterMs, ...shown } of moments) {
    now += afterMs;
    const input = { now, ...shown };
    const { state: after, occurrences } = step(plan, state, input);
    moves.push({ before: state, input, after, told: occurrences.length });
    state = keep(after);
  }
  return moves;
}
