import type { AnalyticsQuestion } from "../../../adapters/analytics";
import type { MetricDefinition } from "../../../adapters/prometheus";
import { criterion, plan } from "../../engine/builders";

export const LATENCY: MetricDefinition = {
  name: "latency",
  queryTemplate: "sum(increase(t{$entity_selector}[$interval]$offset_str)) by ($entity_labels)",
  sampleSizeTemplate: "sum(increase(n[$interval]$offset_str)) by ($entity_labels)",
  isCounter: false,
  absentValue: null,
  unit: "ms",
};

export const ERRORS: MetricDefinition = {
  ...LATENCY,
  name: "errors",
  queryTemplate: "sum(increase(e[$interval]$offset_str)) by ($entity_labels)",
  isCounter: true,
  absentValue: 0,
  unit: "",
};

/** 3 January 2020, and one minute and a half later. */
export const STARTED_AT = Date.parse("2020-01-03T10:00:00.750Z");
export const NOW = STARTED_AT + 90_000;

/** A release with a delta on the latency and a threshold on the number of errors. */
export function question(changes: Partial<AnalyticsQuestion> = {}): AnalyticsQuestion {
  const criteria = [
    criterion({ toleranceType: "delta", tolerance: 0.02, sampleSize: 5 }),
    criterion({ metric: "errors", tolerance: 3, stopOnFailure: true }),
  ];
  return {
    experiment: "reviews-try",
    plan: plan({ criteria }),
    definitions: [LATENCY, ERRORS],
    versions: { baseline: "reviews-v1", candidate: "reviews-v2", namespace: "shop" },
    startedAt: STARTED_AT,
    now: NOW,
    ...changes,
  };
}
