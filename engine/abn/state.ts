import type { MetricCounts, MetricHistory, Totals } from "../observation";
import type { CriterionEvidence } from "../sequential/evidence";
import type { Dispersion } from "../statistics/dispersion";

/** A reward is the share of requests that are events, or the mean of a value of each request. */
export type RewardKind = "ratio" | "mean";

/** What one metric has counted of all versions at one moment. */
export interface AbnMetric extends Pick<MetricCounts, "kind" | "at" | "quantile" | "bounds"> {
  readonly metric: string;
  /** In any order. A version that is missing was not seen. */
  readonly versions: readonly { readonly version: string; readonly totals: Totals }[];
}

/** The past of one metric at the baseline, and nothing of the candidates, which had none. */
export type AbnHistory = MetricHistory;

/** What a version's reward was in all windows that could be used. */
export interface RewardSeen {
  readonly requests: number;
  /** Ratio: those of them that are events. */
  readonly events: number;
  /** Mean: sum of the values. */
  readonly sum: number;
  /** Windows with requests. */
  readonly batches: number;
  /** Mean: sum over batches of requests x (batch mean - mean)^2; with batches - 1 it tells the variance of one request. */
  readonly squares: number;
  /** Ratio: how much the counts of events, and of the other requests, vary; with the baseline's past. */
  readonly dispersion: { readonly events: Dispersion; readonly others: Dispersion };
}

/** All that is remembered of one version. */
export interface VersionState {
  readonly version: string;
  /** The reward's counts up to which everything has been looked at; absent before the first usable sample. */
  readonly anchor?: { readonly at: number; readonly totals: Totals };
  readonly reward: RewardSeen;
  /** One entry a criterion, in the criteria's order; null for one of which nothing is known. Empty for the baseline. */
  readonly criteria: readonly (CriterionEvidence | null)[];
}

/** Evidence that one version's reward is better than another's. */
export interface PairEvidence {
  readonly better: string;
  readonly than: string;
  /** Ratio: log likelihood ratios, one an alternative. */
  readonly logRatios?: readonly number[];
  /** Mean: standardised differences of batch means; positive ones speak for `better`. */
  readonly differences?: { readonly count: number; readonly sum: number; readonly squares: number };
}

/** What an A/B/n release remembers from one look to the next. It survives JSON. */
export interface AbnState {
  /** As the past, or else the first usable sample, showed the reward. A sample of another kind is not used. */
  readonly kind?: RewardKind;
  /** In the plan's order, the baseline first. */
  readonly versions: readonly VersionState[];
  /** Both directions of every pair of versions in the race. */
  readonly pairs: readonly PairEvidence[];
  /** Mean: sum of squares and degrees of freedom of the baseline's batches before the release. */
  readonly calibration: { readonly squares: number; readonly freedom: number };
  /** Candidates that were found to be beyond a tolerance, in the order in which that was found. They never return. */
  readonly dropped: readonly string[];
  /** Who won. Nothing changes from then on. */
  readonly winner?: string;
  /** Whole percent of the traffic of each version, summing to 100. */
  readonly weights: Readonly<Record<string, number>>;
  /** One sentence on why there is a winner, or none yet. */
  readonly reason: string;
}

/** The versions that were not dropped. */
export function inRace({ versions, dropped }: Pick<AbnState, "versions" | "dropped">): readonly VersionState[] {
  return versions.filter(({ version }) => !dropped.includes(version));
}
