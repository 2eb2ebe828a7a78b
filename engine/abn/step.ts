import type { RandomSource } from "../random";
import { takeCriteria } from "./criteria";
import { versionsOf, type AbnPlan } from "./plan";
import { posteriors } from "./posterior";
import { droppedReason, onlyBaselineReason, openReason, wonReason } from "./reason";
import { takeReward } from "./reward";
import { sharesOf } from "./shares";
import { inRace, type AbnMetric, type AbnState } from "./state";
import { hasWon, standings, toDrop } from "./verdict";
import { wholePercents } from "./wholePercents";

/** What the world shows at one look. */
export interface AbnInput {
  /** The reward's metric and the criteria's, in any order; one that is missing was not seen. */
  readonly metrics: readonly AbnMetric[];
  /** Drawn from by the splits thompson and topTwo, and only at a look that shows something new. */
  readonly random: RandomSource;
}

/**
 * One look at an A/B/n release: takes the samples over, drops candidates that are beyond a tolerance, names a winner if
 * there is one, and divides the traffic anew. See verdict.ts for the error rates.
 *
 * A look that shows nothing new (samples that are late, were seen before, or are none) changes nothing, not even the
 * weights, so a step may be replayed. Nor does any look after there is a winner, which has all the traffic.
 *
 * @param plan one that `checkAbnPlan` has nothing against, the same in every step
 */
export function abnStep(plan: AbnPlan, before: AbnState, { metrics, random }: AbnInput): AbnState {
  if (before.winner !== undefined) return before;
  const reward = metrics.find(({ metric }) => metric === plan.reward.metric);
  const seen = takeCriteria(plan, takeReward(plan, before, reward), metrics);
  if (seen === before) return before;
  const leaving = toDrop(plan, seen);
  const state = withoutDropped(
    seen,
    leaving.map(({ version }) => version),
  );
  const told = leaving.length > 0 ? `${droppedReason(plan, leaving)} ` : "";
  if (inRace(state).length === 1) return won(plan, state, plan.baseline, told + onlyBaselineReason(plan));
  const [first] = standings(plan, state);
  // Whoever is shown to be better than all others leaves no other to be that, so only the first can have won.
  if (first === undefined) throw new Error("no version is in the race");
  if (hasWon(plan, first)) return won(plan, state, first.version, told + wonReason(plan, first));
  return { ...state, weights: nextWeights(plan, state, random), reason: told + openReason(plan, first) };
}

function withoutDropped(state: AbnState, leaving: readonly string[]): AbnState {
  if (leaving.length === 0) return state;
  const left = (name: string) => leaving.includes(name);
  return {
    ...state,
    dropped: [...state.dropped, ...leaving],
    pairs: state.pairs.filter(({ better, than }) => !left(better) && !left(than)),
  };
}

function won(plan: AbnPlan, state: AbnState, winner: string, reason: string): AbnState {
  const weights = Object.fromEntries(versionsOf(plan).map((name) => [name, name === winner ? 100 : 0]));
  return { ...state, winner, weights, reason };
}

function nextWeights(plan: AbnPlan, state: AbnState, random: RandomSource): AbnState["weights"] {
  const racing = inRace(state);
  const beliefs = posteriors(state, racing);
  const shares = sharesOf(plan.split, racing.length, beliefs, plan.reward.direction, random);
  const percents = wholePercents(shares, plan.floor);
  const weights = new Map(racing.map(({ version }, i) => [version, percents[i] as number]));
  return Object.fromEntries(versionsOf(plan).map((name) => [name, weights.get(name) ?? 0]));
}
