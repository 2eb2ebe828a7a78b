import { latencyQuantile, perRequest, range } from "./promql";
import type { Decision, Rule, Seen } from "./rule";

/** What a Rollout's canary steps and its background AnalysisTemplate set. */
export interface ArgoSettings {
  /** `interval` of both metrics, in ms. The first measurement comes after one (`initialDelay`). */
  readonly intervalMs: number;
  /** `failureLimit` of each metric: it fails with one failed measurement more than this. Argo's default is 0. */
  readonly failureLimit: number;
  /** `consecutiveErrorLimit` of each metric: it errs with one more measurement without a result in a row. */
  readonly consecutiveErrorLimit: number;
  /** The `setWeight` of each step, in percent. */
  readonly weights: readonly number[];
  /** The `pause` after each of them, in ms. */
  readonly pauseMs: number;
  /** `successCondition` of the success rate, in percent. */
  readonly minSuccessRate: number;
  /** `successCondition` of the p99, in ms. */
  readonly maxDuration: number;
}

/** Five steps of a minute, and the same limits as Flagger's README has. */
export const ARGO = {
  weights: [10, 20, 30, 40, 50],
  pauseMs: 60_000,
  minSuccessRate: 99,
  maxDuration: 500,
  consecutiveErrorLimit: 4,
} as const;

/** `error`: the query had no result. A NaN is a result that meets no success condition. */
export type Measurement = "success" | "failure" | "error";

interface MetricCounters {
  readonly failed: number;
  readonly consecutiveErrors: number;
}

/** One entry a metric. */
export type ArgoState = readonly MetricCounters[];

/** Argo Rollouts with background analysis, one measurement an interval. */
export function argoRollouts(failureLimit: number, intervalMs: number): Rule<ArgoState> {
  return argoRule({ ...ARGO, intervalMs, failureLimit });
}

/**
 * Argo Rollouts: the steps go by on the clock, while an AnalysisRun measures in the background. The run fails, and the
 * rollout is aborted at once, as soon as one of its metrics has failed more often than its limit allows; the failures are
 * counted over the whole run. When the steps are over without that, the candidate is promoted.
 *
 * With f the probability that a measurement fails and N measurements: P(abort) = P(Binomial(N, f) > failureLimit).
 *
 * One simplification: a measurement without a result is repeated at the next look, not after 10 s.
 */
export function argoRule(settings: ArgoSettings): Rule<ArgoState> {
  const { failureLimit, intervalMs, weights, pauseMs } = settings;
  return {
    name: `Argo L${failureLimit}`,
    plan: `failureLimit ${failureLimit}, ${weights.length} steps of ${pauseMs / 1000} s, a measurement every ${intervalMs / 1000} s`,
    planMs: weights.length * pauseMs,
    intervalMs,
    judgesLatency: true,
    begin: () => ({
      state: [
        { failed: 0, consecutiveErrors: 0 },
        { failed: 0, consecutiveErrors: 0 },
      ],
      weight: weights[0] ?? 0,
    }),
    look: (state, seen) => argoLook(settings, state, measure(settings, seen), seen.at),
  };
}

/** Counts one measurement of each metric, and decides. `at` is in ms since the release began. */
export function argoLook(
  {
    failureLimit,
    consecutiveErrorLimit,
    weights,
    pauseMs,
  }: Pick<ArgoSettings, "failureLimit" | "consecutiveErrorLimit" | "weights" | "pauseMs">,
  before: ArgoState,
  measurements: readonly Measurement[],
  at: number,
): Decision<ArgoState> {
  const state = before.map(({ failed, consecutiveErrors }, i) => ({
    failed: failed + (measurements[i] === "failure" ? 1 : 0),
    consecutiveErrors: measurements[i] === "error" ? consecutiveErrors + 1 : 0,
  }));
  if (state.some((m) => m.failed > failureLimit || m.consecutiveErrors > consecutiveErrorLimit))
    return { state, weight: 0, verdict: "rolledBack" };
  const weight = weights[Math.floor(at / pauseMs)];
  return weight === undefined ? { state, weight: 100, verdict: "promoted" } : { state, weight };
}

function measure({ minSuccessRate, maxDuration }: ArgoSettings, { scrapes, at }: Seen): readonly Measurement[] {
  const lastMinute = range(scrapes, at);
  const failed = perRequest(lastMinute, "candidate", ({ errors }) => errors);
  const p99 = latencyQuantile(lastMinute, "candidate", 0.99);
  return [
    measurement(failed === undefined ? undefined : 100 * (1 - failed) >= minSuccessRate),
    measurement(p99 === undefined ? undefined : p99 <= maxDuration),
  ];
}

function measurement(met: boolean | undefined): Measurement {
  if (met === undefined) return "error";
  return met ? "success" : "failure";
}
