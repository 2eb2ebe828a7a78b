import { abnPlan, type AbnMetric, type AbnPlan, type AbnSettings } from "../../../engine/abn";
import type { SuccessCriterion } from "../../../engine";

/** A delta on the share of failed requests: at most twice the baseline's, and 0.3 % is always good. */
export const errorsCriterion: SuccessCriterion = {
  metric: "errors",
  toleranceType: "delta",
  tolerance: 1,
  floor: 0.003,
  direction: "lower",
  sampleSize: 0,
  stopOnFailure: false,
};

export function planOf(settings: Partial<AbnSettings> = {}): AbnPlan {
  return abnPlan({
    baseline: "v1",
    candidates: ["v2", "v3"],
    criteria: [],
    reward: { metric: "reward" },
    split: "uniform",
    ...settings,
  });
}

/** Cumulative counts of each version: requests, and events or the sum of values. */
export type Counts = Readonly<Record<string, readonly [requests: number, eventsOrSum: number]>>;

export function sample(kind: "ratio" | "mean", at: number, counts: Counts, metric = "reward"): AbnMetric {
  const versions = Object.entries(counts).map(([version, [requests, value]]) => ({
    version,
    totals: { requests, events: kind === "ratio" ? value : 0, sum: kind === "mean" ? value : 0 },
  }));
  return { metric, kind, at, versions };
}
