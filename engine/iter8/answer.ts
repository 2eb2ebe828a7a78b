import type { CriterionVerdict } from "./criteria";
import type { BeliefState, SplitState } from "./lastState";
import type { Overall } from "./summary";
import type { ByVersion, Criterion, Observations, Reading } from "./types";

/** Iter8's answer, in the names of its wire format. */
export interface AnalysisAnswer extends ByVersion<VersionAnswer> {
  /** Always null: Iter8 v0.1 does not tell. */
  readonly metric_backend_url: null;
  readonly assessment: {
    readonly summary: {
      readonly conclusions: readonly string[];
      readonly all_success_criteria_met: boolean;
      readonly abort_experiment: boolean;
    };
    readonly success_criteria: readonly CriterionAnswer[];
  };
  /** To be sent with the next request. */
  readonly _last_state: SplitState | BeliefState;
}

export interface VersionAnswer {
  readonly metrics: readonly MetricAnswer[];
  /** 0 to 100. */
  readonly traffic_percentage: number;
}

export interface MetricAnswer {
  readonly metric_name: string;
  readonly is_counter: boolean;
  readonly absent_value: string;
  readonly statistics: Statistics;
}

export interface CriterionAnswer {
  readonly metric_name: string;
  readonly conclusions: readonly string[];
  readonly success_criterion_met: boolean;
  readonly abort_experiment: boolean;
}

const UNUSED_STATISTICS = {
  min: null,
  max: null,
  mean: null,
  stddev: null,
  first_quartile: null,
  median: null,
  third_quartile: null,
  "95th_percentile": null,
  "99th_percentile": null,
} as const;

/** Iter8 v0.1 fills in only these two of its statistics. */
export type Statistics = typeof UNUSED_STATISTICS & {
  /** Whole requests. */
  readonly sample_size: number;
  readonly value: number | null;
};

/** All that an answer is put together from. */
export interface AnswerParts {
  readonly criteria: readonly Criterion[];
  readonly seen: Observations;
  readonly verdicts: readonly CriterionVerdict[];
  readonly overall: Overall;
  readonly conclusions: readonly string[];
  readonly candidatePercent: number;
  readonly lastState: SplitState | BeliefState;
}

export function writeAnswer(parts: AnswerParts): AnalysisAnswer {
  const { criteria, seen, verdicts, overall, conclusions, candidatePercent, lastState } = parts;
  return {
    metric_backend_url: null,
    baseline: { metrics: writeMetrics(criteria, seen.baseline), traffic_percentage: 100 - candidatePercent },
    candidate: { metrics: writeMetrics(criteria, seen.candidate), traffic_percentage: candidatePercent },
    assessment: {
      summary: { conclusions, all_success_criteria_met: overall.allMet, abort_experiment: overall.abort },
      success_criteria: verdicts.map((verdict) => ({
        metric_name: verdict.metricName,
        conclusions: verdict.conclusions,
        success_criterion_met: verdict.met,
        abort_experiment: verdict.abort,
      })),
    },
    _last_state: lastState,
  };
}

function writeMetrics(criteria: readonly Criterion[], readings: readonly Reading[]): MetricAnswer[] {
  return readings.map(({ sampleSize, value }, i) => {
    const { metricName, isCounter, absentValue = "0.0" } = criteria[i] as Criterion;
    return {
      metric_name: metricName,
      is_counter: isCounter,
      absent_value: absentValue,
      statistics: { ...UNUSED_STATISTICS, sample_size: Math.trunc(sampleSize), value },
    };
  });
}
