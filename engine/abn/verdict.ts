import { weighCriteria, type CriterionWeight } from "./criteria";
import { weighPair } from "./pairs";
import type { AbnPlan } from "./plan";
import { inRace, type AbnState } from "./state";

/**
 * How strong evidence has to be (log e-values).
 *
 * Let c be the number of candidates, m that of criteria, v = c + 1 that of versions; call a candidate good if it is within
 * all tolerances, the baseline good anyway, and b the best good version by reward. An e-value whose null hypothesis is true
 * ever reaches x, over all looks, with probability at most 1/x (Ville).
 *
 * Dropping. A good candidate is dropped only if one of its m e-values of harm reaches c m / (alpha/2), while their null
 * hypotheses are true. Over c candidates that is at most c m (alpha/2) / (c m) = alpha/2. In particular b is still in the
 * race but for that probability, and then every winner was held against it.
 *
 * Naming. Let b be in the race, and another version k be named. If k is good, its reward is not better than b's, and yet the
 * e-value of "k is better than b" reached (v - 1) / (alpha/2). If k is not good, it is beyond some tolerance, and yet the
 * e-value of safety of that criterion reached (v - 1) / (alpha/2). Either way one e-value that is settled beforehand, and
 * whose null hypothesis is true, reached it: one for each of the v - 1 wrong winners k. Their union has at most
 * (v - 1) (alpha/2) / (v - 1) = alpha/2. That k was held against others too can only make it rarer.
 *
 * Together at most alpha. Where several good versions are equally the best, to name any of them is no error; even that
 * happens with probability at most alpha/2 x v / (v - 1) when all are equal, because b itself needs to be shown better
 * than some equal.
 *
 * The weights are drawn from the data, but each look's from the looks before it: given those, a look's counts are what
 * they would be under weights fixed in advance, so that the expectation of each factor of an e-value stays at most 1.
 */
export function neededEvidence({ alpha, candidates, criteria }: AbnPlan): {
  readonly harm: number;
  readonly winner: number;
} {
  return {
    harm: Math.log((candidates.length * criteria.length) / (alpha / 2)),
    winner: Math.log(candidates.length / (alpha / 2)),
  };
}

/** A candidate that is to be dropped, and the criterion that it fails. */
export interface Dropping extends CriterionWeight {
  readonly version: string;
}

/** Candidates in the race that are shown to be beyond a tolerance. */
export function toDrop(plan: AbnPlan, state: AbnState): Dropping[] {
  const { harm } = neededEvidence(plan);
  return inRace(state).flatMap((version) => {
    const worst = extreme(weighCriteria(plan, version), (weight) => weight.harm);
    return worst !== undefined && worst.harm >= harm ? [{ version: version.version, ...worst }] : [];
  });
}

/** How near a version is to winning. */
export interface Standing {
  readonly version: string;
  /** The least log e-value of "is better than" over all others in the race. */
  readonly better: number;
  /** The criterion that is least shown to be within its tolerance; undefined where there is none to show. */
  readonly leastSafe?: CriterionWeight;
}

/** The standing of all versions in the race, the nearest to being the best first. At least two are in the race. */
export function standings(plan: AbnPlan, state: AbnState): Standing[] {
  const least = new Map<string, number>();
  for (const pair of state.pairs)
    least.set(pair.better, Math.min(least.get(pair.better) ?? Infinity, weighPair(pair, state.calibration)));
  return inRace(state)
    .map((version) => {
      const leastSafe = extreme(weighCriteria(plan, version), (weight) => -weight.safety);
      return { version: version.version, better: least.get(version.version) ?? 0, leastSafe };
    })
    .sort((a, b) => b.better - a.better);
}

/** Whether a version is shown to be better than all others, and within all tolerances. */
export function hasWon(plan: AbnPlan, { better, leastSafe }: Standing): boolean {
  const { winner } = neededEvidence(plan);
  return better >= winner && (leastSafe === undefined || leastSafe.safety >= winner);
}

function extreme<T>(values: readonly T[], of: (value: T) => number): T | undefined {
  return values.reduce<T | undefined>(
    (found, value) => (found === undefined || of(value) > of(found) ? value : found),
    undefined,
  );
}
