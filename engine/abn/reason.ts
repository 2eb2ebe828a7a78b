import { formatNumber } from "../number";
import type { AbnPlan } from "./plan";
import { neededEvidence, type Dropping, type Standing } from "./verdict";

/** Largest e-value that is told. */
const LARGEST = 1e9;

/** Why this version has won. */
export function wonReason(plan: AbnPlan, { version, better }: Standing): string {
  const { winner } = neededEvidence(plan);
  return `Version ${version} wins: ${plan.reward.metric} is better than that of every other version, evidence ${strength(better, winner)}.`;
}

/** Why the baseline has won without a comparison. */
export function onlyBaselineReason({ baseline }: AbnPlan): string {
  return `Version ${baseline} wins: all candidates were dropped.`;
}

/** Why nobody has won yet. */
export function openReason(plan: AbnPlan, first: Standing): string {
  const { winner } = neededEvidence(plan);
  const { version, better, leastSafe } = first;
  if (better <= 0) return `No winner yet: no version is shown to have the best ${plan.reward.metric}.`;
  if (better < winner || leastSafe === undefined)
    return `No winner yet: version ${version} is nearest to the best ${plan.reward.metric}, evidence ${strength(better, winner)}.`;
  return (
    `No winner yet: version ${version} has the best ${plan.reward.metric}, but ${leastSafe.criterion.metric} is not yet shown ` +
    `to be within its tolerance, evidence ${strength(leastSafe.safety, winner)}.`
  );
}

/** Why candidates were dropped, one sentence each. */
export function droppedReason(plan: AbnPlan, dropped: readonly Dropping[]): string {
  const { harm: needed } = neededEvidence(plan);
  return dropped
    .map(
      ({ version, criterion, harm }) =>
        `Candidate ${version} was dropped: ${criterion.metric} is beyond its tolerance, evidence of harm ${strength(harm, needed)}.`,
    )
    .join(" ");
}

/** "12 of 80": e-values, with the two digits that are worth reading. */
function strength(found: number, needed: number): string {
  const value = (log: number) => formatNumber(Number(Math.min(LARGEST, Math.exp(log)).toPrecision(2)));
  return `${value(found)} of ${value(needed)}`;
}
