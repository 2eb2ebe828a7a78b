import type { SuccessCriterion } from "../plan";
import { startEvidence, type CriterionEvidence } from "../sequential/evidence";
import { NO_DISPERSION } from "../statistics/dispersion";
import { addPredicted } from "./dispersion";
import { allFinite } from "./finite";
import { versionsOf, type AbnPlan } from "./plan";
import type { AbnHistory, AbnState, RewardSeen } from "./state";
import { wholePercents } from "./wholePercents";

const NOTHING: RewardSeen = {
  requests: 0,
  events: 0,
  sum: 0,
  batches: 0,
  squares: 0,
  dispersion: { events: NO_DISPERSION, others: NO_DISPERSION },
};

/**
 * The state when a release begins, with equal weights.
 *
 * @param plan one that `checkAbnPlan` has nothing against
 * @param history the baseline's past, by metric, in any order: how much the metrics vary when nothing changes, so that a
 * verdict takes fewer requests. Default: none
 */
export function startAbn(plan: AbnPlan, history: readonly AbnHistory[] = []): AbnState {
  const names = versionsOf(plan);
  const past = (metric: string) => history.find((candidate) => candidate.metric === metric);
  const equal = wholePercents(
    names.map(() => 1 / names.length),
    plan.floor,
  );
  const criteria = plan.criteria.map((criterion) => startCriterion(criterion, past(criterion.metric)));
  const reward = startReward(plan, past(plan.reward.metric));
  return {
    ...(reward.kind === undefined ? {} : { kind: reward.kind }),
    versions: names.map((version) =>
      version === plan.baseline
        ? { version, reward: { ...NOTHING, dispersion: reward.dispersion }, criteria: [] }
        : { version, reward: NOTHING, criteria },
    ),
    pairs: [],
    calibration: reward.calibration,
    dropped: [],
    weights: Object.fromEntries(names.map((name, i) => [name, equal[i] as number])),
    reason: "Nothing has been counted yet.",
  };
}

type RewardStart = Pick<AbnState, "kind" | "calibration"> & Pick<RewardSeen, "dispersion">;

/** What the past tells of the reward; nothing if a number in it is none. */
function startReward({ reward }: AbnPlan, past: AbnHistory | undefined): RewardStart {
  const unknown: RewardStart = { calibration: { squares: 0, freedom: 0 }, dispersion: NOTHING.dispersion };
  if (past === undefined || past.kind === "percentile") return unknown;
  const start = past.kind === "ratio" ? ratioStart(past, unknown) : meanStart(reward.metric, past, unknown);
  return allFinite(start) ? start : unknown;
}

function ratioStart({ windows }: AbnHistory, unknown: RewardStart): RewardStart {
  const add = (count: (window: AbnHistory["windows"][number]) => number) =>
    windows.reduce((seen, window) => addPredicted(seen, window.requests, count(window)), NO_DISPERSION);
  const dispersion = { events: add(({ events }) => events), others: add(({ requests, events }) => requests - events) };
  return { ...unknown, kind: "ratio", dispersion };
}

function meanStart(metric: string, past: AbnHistory, unknown: RewardStart): RewardStart {
  // The reward's variance is estimated as a criterion's is; only its metric matters to that.
  const same: SuccessCriterion = {
    metric,
    toleranceType: "delta",
    tolerance: 0,
    direction: "lower",
    sampleSize: 0,
    stopOnFailure: false,
  };
  const { mean } = startEvidence(same, "mean", past);
  return {
    ...unknown,
    kind: "mean",
    calibration: { squares: mean?.squares ?? 0, freedom: mean?.calibration ?? 0 },
  };
}

function startCriterion(criterion: SuccessCriterion, past: AbnHistory | undefined): CriterionEvidence | null {
  if (past === undefined) return null;
  // Counting begins with the first sample of each candidate; the past shows the baseline only.
  const start = startEvidence(criterion, past.kind, { ...past, counts: undefined });
  return allFinite(start) ? start : null;
}
