import { latencyQuantile, perRequest, range } from "./promql";
import type { Decision, Rule, Seen } from "./rule";

/** What a Flagger `analysis` block sets, with the built-in metrics of its Istio provider. */
export interface FlaggerSettings {
  /** `interval`, in ms. */
  readonly intervalMs: number;
  /** `threshold`: failed checks, in the whole release, after which it rolls back. Flagger's default is 1. */
  readonly threshold: number;
  /** `stepWeight`, in percent. */
  readonly stepWeight: number;
  /** `maxWeight`, in percent. */
  readonly maxWeight: number;
  /** Least `request-success-rate`, in percent. */
  readonly minSuccessRate: number;
  /** Largest `request-duration` (p99), in ms. */
  readonly maxDuration: number;
}

/** The values of Flagger's README, over a plan of five minutes: five steps of a minute, or twenty of 15 s. */
export const FLAGGER = {
  minSuccessRate: 99,
  maxDuration: 500,
  maxWeight: 50,
  planMs: 300_000,
} as const;

export interface FlaggerState {
  readonly weight: number;
  readonly failedChecks: number;
}

/** Flagger with its plan of five minutes in steps as long as the interval. */
export function flagger(threshold: number, intervalMs: number): Rule<FlaggerState> {
  const stepWeight = (FLAGGER.maxWeight * intervalMs) / FLAGGER.planMs;
  return flaggerRule({ ...FLAGGER, intervalMs, threshold, stepWeight });
}

/**
 * Flagger's progressive traffic shift. Its first tick gives the canary the first step without any analysis. Each later one
 * checks the metrics: a failed check is counted and holds the weight, a passed one adds a step, or promotes at the maximum.
 * Failed checks are never forgotten. They are compared with the threshold at the beginning of a tick, before the analysis, so
 * the rollback comes one interval after the check that filled the measure.
 *
 * With f the probability that a check fails and n = maxWeight / stepWeight passes needed:
 * P(rollback) = P(Binomial(threshold + n − 1, f) ≥ threshold).
 */
export function flaggerRule(settings: FlaggerSettings): Rule<FlaggerState> {
  const { threshold, intervalMs, stepWeight, maxWeight } = settings;
  const steps = Math.ceil(maxWeight / stepWeight);
  return {
    name: `Flagger T${threshold}`,
    plan: `threshold ${threshold}, ${steps} steps of ${stepWeight} %, one every ${intervalMs / 1000} s`,
    planMs: steps * intervalMs,
    intervalMs,
    judgesLatency: true,
    begin: () => ({ state: { weight: stepWeight, failedChecks: 0 }, weight: stepWeight }),
    look: (state, seen) => flaggerTick(settings, state, passes(settings, seen)),
  };
}

/** One tick after the first, given whether the check passes. */
export function flaggerTick(
  { threshold, stepWeight, maxWeight }: Pick<FlaggerSettings, "threshold" | "stepWeight" | "maxWeight">,
  state: FlaggerState,
  passed: boolean,
): Decision<FlaggerState> {
  if (state.failedChecks >= threshold) return { state, weight: 0, verdict: "rolledBack" };
  if (!passed) return { state: { ...state, failedChecks: state.failedChecks + 1 }, weight: state.weight };
  if (state.weight >= maxWeight) return { state, weight: 100, verdict: "promoted" };
  const weight = Math.min(maxWeight, state.weight + stepWeight);
  return { state: { ...state, weight }, weight };
}

/** Whether both metrics are in their ranges. No values, or none that is a number, is a failed check. */
function passes({ minSuccessRate, maxDuration }: FlaggerSettings, { scrapes, at }: Seen): boolean {
  const lastMinute = range(scrapes, at);
  const failed = perRequest(lastMinute, "candidate", ({ errors }) => errors);
  const p99 = latencyQuantile(lastMinute, "candidate", 0.99);
  if (failed === undefined || p99 === undefined) return false;
  // Flagger reads durations as whole milliseconds.
  return 100 * (1 - failed) >= minSuccessRate && Math.trunc(p99) <= maxDuration;
}
