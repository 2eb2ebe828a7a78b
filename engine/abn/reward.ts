import type { Totals } from "../observation";
import type { AbnPlan } from "./plan";
import { advance, anchorAt, isUsable, type VersionWindow } from "../sequential/window";
import { addPredicted, pooled } from "./dispersion";
import { allFinite } from "./finite";
import { addPair, startPairs, type PastOfRatio, type Span } from "./pairs";
import { inRace, type AbnMetric, type AbnState, type RewardKind, type RewardSeen, type VersionState } from "./state";

/**
 * The state with a sample of the reward taken over.
 *
 * Each version has its own window, from its last usable sample to this one. A sample that is late or was seen before,
 * counters that went back and numbers that are none void that version's window, and no other's. A pair is compared only
 * over one and the same span of time, in which both had traffic: what changes with time for all versions then cancels.
 *
 * @param metric the reward's; undefined when it was not seen
 */
export function takeReward(plan: AbnPlan, before: AbnState, metric: AbnMetric | undefined): AbnState {
  const kind = usableKind(before, metric);
  if (kind === undefined || metric === undefined) return before;
  const racing = inRace(before);
  const past = pastOfRatio(racing);
  const spans = new Map<string, Span>();
  const versions = before.versions.map((version) => {
    const totals = metric.versions.find((seen) => seen.version === version.version)?.totals;
    if (totals === undefined || !racing.includes(version)) return version;
    const { after, window } = takeVersion(version, kind, metric.at, totals);
    if (window !== undefined && version.anchor !== undefined)
      spans.set(version.version, { from: version.anchor.at, window });
    return after;
  });
  if (versions.every((version, i) => version === before.versions[i])) return before;
  const pairs = before.pairs.length > 0 ? before.pairs : startPairs(kind, racing);
  return {
    ...before,
    kind,
    versions,
    pairs: pairs.map((pair) =>
      addPair(pair, spans.get(pair.better), spans.get(pair.than), past, plan.reward.direction),
    ),
  };
}

function usableKind({ kind }: AbnState, metric: AbnMetric | undefined): RewardKind | undefined {
  if (metric === undefined || metric.kind === "percentile") return undefined;
  return kind === undefined || kind === metric.kind ? metric.kind : undefined;
}

/** What was known before this look; with it each look's part in the evidence is settled before the look. */
function pastOfRatio(versions: readonly VersionState[]): PastOfRatio {
  return {
    events: pooled(versions.map(({ reward }) => reward.dispersion.events)),
    others: pooled(versions.map(({ reward }) => reward.dispersion.others)),
  };
}

function takeVersion(
  version: VersionState,
  kind: RewardKind,
  at: number,
  { requests, events, sum }: Totals,
): { readonly after: VersionState; readonly window?: VersionWindow } {
  const totals = { requests, events, sum };
  // The rules for samples are those of a release with one candidate; here they apply to each version by itself.
  const counts = { kind, at, baseline: totals, candidate: totals };
  if (!isUsable(counts) || (version.anchor !== undefined && at <= version.anchor.at)) return { after: version };
  const anchored: VersionState = { ...version, anchor: { at, totals } };
  const from = version.anchor;
  if (from === undefined) return { after: anchored };
  const start = anchorAt({ at: from.at, baseline: from.totals, candidate: from.totals });
  const window = advance(start, counts).window?.candidate;
  if (window === undefined) return { after: anchored };
  const reward = addSeen(version.reward, kind, window);
  return allFinite(reward) ? { after: { ...anchored, reward }, window } : { after: anchored };
}

function addSeen(seen: RewardSeen, kind: RewardKind, { requests, events, sum }: VersionWindow): RewardSeen {
  if (requests === 0) return seen;
  const total = { requests: seen.requests + requests, events: seen.events + events, sum: seen.sum + sum };
  const batches = seen.batches + 1;
  if (kind === "ratio") {
    const dispersion = {
      events: addPredicted(seen.dispersion.events, requests, events),
      others: addPredicted(seen.dispersion.others, requests, requests - events),
    };
    return { ...seen, ...total, batches, dispersion };
  }
  // Welford's update, which does not cancel where the mean is large beside the deviation.
  const mean = sum / requests;
  const meanBefore = seen.requests > 0 ? seen.sum / seen.requests : mean;
  const squares = seen.squares + requests * (mean - meanBefore) * (mean - total.sum / total.requests);
  return { ...seen, ...total, batches, squares };
}
