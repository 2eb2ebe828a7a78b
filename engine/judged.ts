import type { Assessment, CriterionAssessment } from "./analysis/assessment";
import { criterionReason, sentences } from "./analysis/reason";
import { limitOf } from "./iter8/criteria";
import { formatNumber } from "./number";
import type { JudgedCriterion, Judgement } from "./observation";
import type { SuccessCriterion, TrafficPlan } from "./plan";
import type { NextShare } from "./strategies/weight";

/** An analytics service's judgement as an assessment. Its word counts, whatever the values beside it say. */
export function assessJudgement(criteria: readonly SuccessCriterion[], judgement: Judgement): Assessment {
  const { allMet, abort } = judgement;
  const told = judgement.criteria ?? [];
  const assessed = told.flatMap((one, i) => {
    const criterion = criteria[i];
    return criterion === undefined ? [] : [assessCriterion(criterion, one)];
  });
  const conclusions = judgement.conclusions.length > 0 ? judgement.conclusions : [summary(judgement)];
  return {
    criteria: assessed,
    allMet,
    abort,
    changed: true,
    suspicious: !allMet,
    failed: judgedFailure(assessed, allMet),
    conclusions,
  };
}

/**
 * Whether the candidate failed, rather than lacked the requests to tell. A service that says nothing of the single criteria
 * is taken to have had enough.
 */
export function judgedFailure(criteria: readonly CriterionAssessment[], allMet: boolean): boolean {
  if (criteria.length === 0) return !allMet;
  return criteria.some((c) => !c.met && c.enoughSamples && c.candidate.value !== null && c.limit !== null);
}

/**
 * Iter8 v0.1's rule for a recommended share: it is taken, in whole percents, while the criteria are met and it is within
 * the maximum. Otherwise the weight is held. A share over the maximum is not cut down to it.
 *
 * @param weight the candidate's present share in percent
 */
export function judgedShare(
  { maxWeight }: TrafficPlan,
  weight: number,
  { allMet, candidateWeight }: Pick<Judgement, "allMet" | "candidateWeight">,
): NextShare {
  if (!allMet) return { weight };
  const wanted = Math.floor(candidateWeight);
  if (wanted >= 0 && wanted <= maxWeight) return { weight: wanted };
  const allowed = `it must be between 0 % and ${formatNumber(maxWeight)} %`;
  return { weight, note: `The recommended share of ${formatNumber(candidateWeight)} % is not used: ${allowed}.` };
}

function assessCriterion(criterion: SuccessCriterion, told: JudgedCriterion): CriterionAssessment {
  const { unit, baseline, candidate, met, abort, conclusions } = told;
  const isDelta = criterion.toleranceType === "delta";
  const enough = (sampleSize: number) => sampleSize >= criterion.sampleSize;
  const assessed = {
    criterion,
    unit,
    baseline,
    candidate,
    limit: limitOf({ type: criterion.toleranceType, value: criterion.tolerance }, baseline.value),
    enoughSamples: enough(candidate.sampleSize) && (!isDelta || enough(baseline.sampleSize)),
    met,
    abort,
  };
  return { ...assessed, reason: sentences(conclusions).join(" ") || criterionReason(assessed) };
}

function summary({ allMet, abort }: Judgement): string {
  const met = `The analytics service says that the success criteria are ${allMet ? "" : "not all "}met.`;
  return abort ? `${met} It wants the candidate removed.` : met;
}
