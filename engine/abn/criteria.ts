import type { MetricCounts, Totals } from "../observation";
import type { SuccessCriterion } from "../plan";
import type { CriterionEvidence } from "../sequential/evidence";
import { look } from "../sequential/update";
import { weigh, type Weight } from "../sequential/weigh";
import { allFinite } from "./finite";
import type { AbnPlan } from "./plan";
import type { AbnMetric, AbnState, VersionState } from "./state";

/** The state with the samples of all criteria taken over, for each candidate in the race against the baseline. */
export function takeCriteria(plan: AbnPlan, before: AbnState, metrics: readonly AbnMetric[]): AbnState {
  const versions = before.versions.map((version) =>
    version.version === plan.baseline || before.dropped.includes(version.version)
      ? version
      : takeVersion(plan, version, metrics),
  );
  return versions.every((version, i) => version === before.versions[i]) ? before : { ...before, versions };
}

function takeVersion(
  { baseline, criteria }: AbnPlan,
  before: VersionState,
  metrics: readonly AbnMetric[],
): VersionState {
  const after = criteria.map((criterion, i) => {
    const metric = metrics.find((seen) => seen.metric === criterion.metric);
    return takeLook(criterion, before.criteria[i] ?? null, countsOf(metric, baseline, before.version));
  });
  return after.every((evidence, i) => evidence === before.criteria[i]) ? before : { ...before, criteria: after };
}

/** One more look, unless it is not new or would leave a number that is none. */
function takeLook(
  criterion: SuccessCriterion,
  before: CriterionEvidence | null,
  counts: MetricCounts | undefined,
): CriterionEvidence | null {
  if (counts === undefined || (before !== null && before.kind !== counts.kind)) return before;
  if (before?.anchor !== undefined && counts.at <= before.anchor.at) return before;
  const { evidence } = look(criterion, before ?? undefined, counts, true);
  return evidence === undefined || !allFinite([evidence, weigh(evidence)]) ? before : evidence;
}

function countsOf(metric: AbnMetric | undefined, baseline: string, candidate: string): MetricCounts | undefined {
  if (metric === undefined) return undefined;
  const { kind, at, quantile, bounds, versions } = metric;
  const of = (name: string) => versions.find(({ version }) => version === name)?.totals;
  const [ofBaseline, ofCandidate] = [of(baseline), of(candidate)];
  if (ofBaseline === undefined || ofCandidate === undefined) return undefined;
  if (kind === "percentile" && ![ofBaseline, ofCandidate].every((totals) => isHistogram(metric, totals)))
    return undefined;
  return { kind, at, quantile, bounds, baseline: ofBaseline, candidate: ofCandidate };
}

function isHistogram({ quantile = NaN, bounds = [] }: AbnMetric, { buckets = [] }: Totals): boolean {
  return quantile > 0 && quantile < 1 && bounds.length > 0 && buckets.length === bounds.length;
}

/** How strong the evidence on one criterion of a candidate is. */
export interface CriterionWeight extends Weight {
  readonly criterion: SuccessCriterion;
}

/** One entry a criterion; none for the baseline, which is what the candidates are held against. */
export function weighCriteria({ baseline, criteria }: AbnPlan, version: VersionState): CriterionWeight[] {
  if (version.version === baseline) return [];
  return criteria.map((criterion, i) => {
    const evidence = version.criteria[i] ?? null;
    return { criterion, ...(evidence === null ? { harm: 0, safety: 0 } : weigh(evidence)) };
  });
}
