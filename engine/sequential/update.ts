import type { MetricCounts } from "../observation";
import type { SuccessCriterion } from "../plan";
import { addEvents, harmEvents } from "./events";
import { startEvidence, type CriterionEvidence, type Seen } from "./evidence";
import { addMeans } from "./means";
import { advance, anchorAt, isUsable, type VersionWindow, type Window } from "./window";

/** The evidence after one more look, and what was new; no window when nothing usable was. */
export interface Look {
  readonly evidence: CriterionEvidence | undefined;
  readonly window?: Window;
}

/**
 * Takes one more look at a criterion. Windows follow each other without a gap or an overlap, whatever was missed in
 * between.
 *
 * @param before undefined at the first look of a release without a history
 * @param counts undefined when the metric was not seen
 * @param counting false while the candidate warms up: what is seen is remembered, but is no evidence
 */
export function look(
  criterion: SuccessCriterion,
  before: CriterionEvidence | undefined,
  counts: MetricCounts | undefined,
  counting: boolean,
): Look {
  if (counts === undefined || !isUsable(counts)) return { evidence: before };
  const evidence = before ?? startEvidence(criterion, counts.kind, undefined);
  if (evidence.anchor === undefined) return { evidence: { ...evidence, anchor: anchorAt(counts) } };
  const { anchor, window } = advance(evidence.anchor, counts);
  if (window === undefined) return { evidence: { ...evidence, anchor } };
  const counted = counting ? addEvidence(criterion, evidence, counts, window) : evidence;
  const seen = (version: VersionWindow, so: Seen): Seen => ({
    requests: so.requests + version.requests,
    events: so.events + (counts.kind === "mean" ? 0 : harmEvents(criterion, counts, version, counted.tailBound)),
    sum: so.sum + version.sum,
  });
  const { baseline, candidate } = evidence;
  return {
    window,
    evidence: {
      ...counted,
      anchor,
      baseline: seen(window.baseline, baseline),
      candidate: seen(window.candidate, candidate),
    },
  };
}

function addEvidence(
  criterion: SuccessCriterion,
  evidence: CriterionEvidence,
  counts: MetricCounts,
  window: Window,
): CriterionEvidence {
  if (evidence.mean === undefined) return addEvents(criterion, evidence, counts, window);
  return { ...evidence, mean: addMeans(criterion, evidence.mean, window) };
}
