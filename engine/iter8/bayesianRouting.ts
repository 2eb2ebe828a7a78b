import type { RandomSource } from "../random";
import { drawValue, type Belief } from "./beliefs";
import { limitOf, readingOf } from "./criteria";
import type { ByVersion, Criterion, Observations, Reading } from "./types";

/** Draws from which Iter8 v0.1 takes a share. */
export const TRIALS = 1000;

/** A criterion as far as the draws look at it. */
export type DrawnCriterion = Pick<Criterion, "type" | "value" | "isCounter">;

/** What the Bayesian algorithms know of both versions. */
export interface BayesianEvidence {
  readonly criteria: readonly DrawnCriterion[];
  /** One reading a criterion. The first one's sample size says how many requests a version had. */
  readonly readings: Observations;
  /** One belief a criterion; null for a counter, which is taken for what it shows. */
  readonly beliefs: ByVersion<readonly (Belief | null)[]>;
}

export interface DrawOptions {
  /** Optimistic Bayesian routing instead of posterior: no draw is worse than its belief's mean. Default: false. */
  readonly optimistic?: boolean;
  /** Default: 1000. */
  readonly trials?: number;
}

/**
 * The share of trials, 0 to 1, in which the candidate wins. It is both the share of traffic that Bayesian routing wants
 * it to get, before any maximum, and the confidence that it is the better version.
 *
 * Iter8 v0.1: in each trial, a version's reward is drawn from Beta(a, n + 2 - a), where n is its number of requests and
 * a is (n + 2) / 3 for the baseline and twice that for the candidate. So a good candidate wins almost surely as n grows.
 * Then each criterion's value is drawn; one over its limit voids the reward. A delta binds the candidate only. The
 * greater reward wins, and without any the baseline.
 *
 * A counter without a value, and a delta without a baseline's value, void the reward (Iter8 answers with an error).
 */
export function bayesianShare(evidence: BayesianEvidence, random: RandomSource, options: DrawOptions = {}): number {
  const { trials = TRIALS } = options;
  return countWins(evidence, random, { ...options, trials }) / trials;
}

/** As {@link bayesianShare}, but the number of trials that the candidate wins. */
export function countWins(
  { criteria, readings, beliefs }: BayesianEvidence,
  random: RandomSource,
  { optimistic = false, trials = TRIALS }: DrawOptions = {},
): number {
  const limits = criteria.map((criterion, i) => limitOf(criterion, readingOf(readings.baseline, i).value));
  const contender = (version: keyof Observations): Contender => ({
    requests: readings[version][0]?.sampleSize ?? 0,
    part: version === "candidate" ? 2 / 3 : 1 / 3,
    hurdles: criteria.flatMap((criterion, i) => {
      if (version === "baseline" && criterion.type === "delta") return [];
      return [{ known: beliefs[version][i] ?? readingOf(readings[version], i), limit: limits[i] ?? null }];
    }),
  });
  const [baseline, candidate] = [contender("baseline"), contender("candidate")];
  let wins = 0;
  for (let trial = 0; trial < trials; trial++) {
    const best = drawReward(baseline, optimistic, random);
    const reward = drawReward(candidate, optimistic, random);
    if (reward > 0 && reward >= best) wins++;
  }
  return wins;
}

/** One version in the trials. */
interface Contender {
  readonly requests: number;
  /** The mean of its reward. */
  readonly part: number;
  readonly hurdles: readonly { readonly known: Belief | Reading; readonly limit: number | null }[];
}

function drawReward({ requests, part, hurdles }: Contender, optimistic: boolean, random: RandomSource): number {
  const alpha = (requests + 2) * part;
  const reward = random.beta(alpha, requests + 2 - alpha);
  const clears = hurdles.every(({ known, limit }) => {
    const value = "kind" in known ? drawValue(known, optimistic, random) : known.value;
    return value !== null && limit !== null && value <= limit;
  });
  return clears ? reward : 0;
}
