import type { EvidenceStrength, Plan } from "../../engine";
import type { Look } from "./run";
import { createBand, type Interval } from "./band";
import { metricNamed, valueFor, type MetricTable } from "./metrics";

/** What was seen of one version; null where there is no such value. */
export interface VersionTrace {
  /** Of the requests since the look before. */
  readonly window: number | null;
  /** Of all requests since the release began. */
  readonly total: number | null;
}

/** What a look showed for one criterion. */
export interface CriterionTrace {
  readonly metric: string;
  /** "ms", or empty. */
  readonly unit: string;
  readonly baseline: VersionTrace;
  readonly candidate: VersionTrace;
  /** What the candidate's value is held against; null while a delta has no baseline. */
  readonly limit: number | null;
  /** Absent in point mode, and for a counter. */
  readonly evidence?: EvidenceStrength;
  /**
   * Where the candidate's true value is, with a probability of 1 - alpha at all looks at once. null for what has no such
   * interval: a percentile, a counter, or too few looks.
   */
  readonly interval: Interval | null;
}

/** What a look showed. */
export interface LookTrace {
  /** Since the release began. */
  readonly seconds: number;
  /** The candidate's share of the traffic until the look, in percent. */
  readonly weight: number;
  /** Its share from the look on. */
  readonly nextWeight: number;
  /** One entry a criterion, in the plan's order. */
  readonly criteria: readonly CriterionTrace[];
}

/** Returns what turns the looks of one release, one after the other, into traces. */
export function traceLook(plan: Plan, metrics: MetricTable): (look: Look) => LookTrace {
  const bands = plan.criteria.map(({ metric }) => createBand(metricNamed(metrics, metric), plan.analysis.alpha));
  return ({ now, weight, observer, state }) => ({
    seconds: now / 1000,
    weight,
    nextWeight: state.weight,
    criteria: plan.criteria.map(({ metric: name }, i): CriterionTrace => {
      const metric = metricNamed(metrics, name);
      const { window, total } = observer;
      const assessed = state.assessment?.criteria[i];
      const interval = bands[i]?.(window.candidate, total.candidate) ?? null;
      return {
        metric: name,
        unit: metric.unit,
        baseline: { window: windowValue("baseline"), total: valueFor(metric, total.baseline) },
        candidate: { window: windowValue("candidate"), total: valueFor(metric, total.candidate) },
        limit: assessed?.limit ?? null,
        ...(assessed?.evidence === undefined ? {} : { evidence: assessed.evidence }),
        interval,
      };

      // A window without requests has no value, whatever stands for that when the whole release is meant.
      function windowValue(version: "baseline" | "candidate"): number | null {
        return window[version].requests > 0 ? valueFor(metric, window[version]) : null;
      }
    }),
  });
}
