import type { MetricHistory, MetricValues } from "../observation";
import type { Plan } from "../plan";
import { initialState, type ReleaseState } from "../state";
import { step } from "../step";
import { candidateTotals, expectedTotals, type Regression, type Usual } from "./usual";

/** One iteration of a rehearsal. */
export interface RehearsedIteration {
  /** Time since the start of the release, in ms. */
  readonly atMs: number;
  /** The candidate's share during the iteration, in percent. */
  readonly weight: number;
}

export interface Rehearsal {
  readonly iterations: readonly RehearsedIteration[];
  /** How it ended. */
  readonly end: ReleaseState;
  readonly durationMs: number;
}

const READY = { service: "ready", baseline: "ready", candidate: "ready" } as const;
const NO_VALUE = { value: null, sampleSize: 0 };

/**
 * Goes through a release with the engine itself, on what is expected of the traffic instead of chance.
 *
 * @param regressions of the candidate, by metric; a metric without one is as the baseline's
 */
export function rehearse(
  plan: Plan,
  history: readonly (MetricHistory | undefined)[],
  usual: readonly Usual[],
  regressions: Readonly<Record<string, Regression>> = {},
): Rehearsal {
  const { intervalMs } = plan.traffic;
  const rate = Math.max(...usual.map(({ requestsPerSecond }) => requestsPerSecond)) / 1000;
  // The past is there from the start, but not where its counters stood: this release counts from 0.
  const past = history.map((metric) => metric && { ...metric, counts: countsOf(metric.metric, 0, 0, []) });
  let state = step(plan, initialState(0), { now: 0, targets: READY, history: past }).state;
  const iterations: RehearsedIteration[] = [];
  const candidate: number[] = [];
  let [now, baseline] = [0, 0];
  while (state.stage === "iterating") {
    iterations.push({ atMs: now, weight: state.weight });
    now += intervalMs;
    candidate.push((rate * intervalMs * state.weight) / 100);
    baseline += (rate * intervalMs * (100 - state.weight)) / 100;
    const metrics = plan.criteria.map((c) => valuesOf(c.metric, now, baseline, candidate));
    state = step(plan, state, { now, targets: READY, observation: { kind: "values", metrics } }).state;
  }
  return { iterations, end: state, durationMs: now };

  function valuesOf(metric: string, at: number, b: number, c: readonly number[]): MetricValues {
    const counts = countsOf(metric, at, b, c);
    return { metric, isCounter: counts === undefined, unit: "", baseline: NO_VALUE, candidate: NO_VALUE, counts };
  }

  function countsOf(metric: string, at: number, b: number, c: readonly number[]): MetricValues["counts"] {
    const known = usual.find((one) => one.metric === metric);
    if (known === undefined) return undefined;
    const { kind, quantile, bounds } = known;
    const regression = regressions[metric] ?? { factor: 1, luck: 0 };
    return {
      kind,
      at,
      quantile,
      bounds,
      baseline: expectedTotals(known, b),
      candidate: candidateTotals(known, c, b, regression),
    };
  }
}
