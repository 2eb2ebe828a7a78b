import type { RandomSource } from "../random";
import { isBayesian, type Algorithm } from "./algorithms";
import { writeAnswer, type AnalysisAnswer, type AnswerParts } from "./answer";
import { countWins, TRIALS } from "./bayesianRouting";
import { believe, priorBelief, readBelief, writeBelief, type Belief } from "./beliefs";
import { findChange } from "./change";
import { checkAndIncrement } from "./checkAndIncrement";
import { baselineFails, judgeCandidate, readingOf } from "./criteria";
import { epsilonGreedy } from "./epsilonGreedy";
import { isFirstCall, readBeliefs, readSplitState, type BeliefState } from "./lastState";
import { ageConclusions, confidenceConclusion, criteriaConclusions, splitConclusions, sumUp } from "./summary";
import type { AnalysisRequest, Observations, Reading } from "./types";

/**
 * Answers a request to one of Iter8 v0.1's algorithms: judges the candidate and splits the traffic.
 *
 * @param observations the readings of each version, one a criterion
 * @param now ms since 1970
 * @param random drawn from by the Bayesian algorithms only
 * @throws {AnalysisError} when nothing can be concluded; its body is that of Iter8's 400
 */
export function analyze(
  algorithm: Algorithm,
  request: AnalysisRequest,
  observations: Observations,
  now: number,
  random: RandomSource,
): AnalysisAnswer {
  const split = isBayesian(algorithm)
    ? splitByBelief(algorithm, request, observations, random)
    : splitByRule(algorithm, request, observations);
  return writeAnswer({
    ...split,
    criteria: request.criteria,
    seen: observations,
    conclusions: [...ageConclusions(request.times, now), ...split.conclusions],
  });
}

type Split = Omit<AnswerParts, "criteria" | "seen">;

/** check_and_increment and epsilon_t_greedy go on from the split before. */
function splitByRule(algorithm: Algorithm, request: AnalysisRequest, seen: Observations): Split {
  const { criteria, traffic, lastState } = request;
  const counted = algorithm === "epsilon_t_greedy";
  const verdicts = judgeCandidate(criteria, seen);
  const overall = sumUp(verdicts);
  const first = isFirstCall(lastState);
  const { decision: before, information } = readSplitState(lastState, counted);
  const change = findChange(information, seen);
  const decide = counted ? epsilonGreedy : checkAndIncrement;
  const { candidatePercent, effectiveIterations } = decide({
    ...overall,
    before,
    first,
    changed: change.observed,
    traffic,
  });
  const failed = change.observed && !first && !overall.allMet && overall.sampleEnough;
  const baselineFailed = failed && baselineFails(criteria, seen.baseline);
  const state = (version: keyof Observations, percent: number) => ({
    traffic_percentage: percent,
    success_criterion_information: change.information[version],
  });
  return {
    verdicts,
    overall,
    conclusions: splitConclusions(overall, { first, changed: change.observed, baselineFailed }),
    candidatePercent,
    lastState: {
      baseline: state("baseline", 100 - candidatePercent),
      candidate: state("candidate", candidatePercent),
      ...(counted ? { effective_iteration_count: effectiveIterations } : {}),
    },
  };
}

/** The Bayesian algorithms start from what is believed now, whatever the split before. */
function splitByBelief(
  algorithm: Algorithm,
  request: AnalysisRequest,
  seen: Observations,
  random: RandomSource,
): Split {
  const { traffic } = request;
  // They judge a version however few requests it had.
  const criteria = request.criteria.map((criterion) => ({ ...criterion, sampleSize: 0 }));
  const verdicts = judgeCandidate(criteria, seen);
  const overall = sumUp(verdicts);
  const beliefs = {
    baseline: believeAll(request, seen, "baseline"),
    candidate: believeAll(request, seen, "candidate"),
  };
  // Iter8 takes a counter's value, and the baseline's for a delta, from the first criterion's metric whichever is meant.
  const readings = { baseline: firstForAll(seen.baseline), candidate: firstForAll(seen.candidate) };
  const optimistic = algorithm === "optimistic_bayesian_routing";
  const wins = countWins({ criteria, readings, beliefs }, random, { optimistic });
  // By way of the baseline, because the limits of confidence are compared exactly.
  const percent = 100 - ((TRIALS - wins) / TRIALS) * 100;
  return {
    verdicts,
    overall,
    conclusions: [...criteriaConclusions(overall), confidenceConclusion(percent, traffic.confidence)],
    candidatePercent: Math.min(percent, traffic.maxTrafficPercent),
    lastState: { baseline: beliefState(beliefs.baseline), candidate: beliefState(beliefs.candidate) },
  };
}

/** One belief a criterion: after this reading, else the one before, else the prior. Counters have none. */
function believeAll(
  { criteria, lastState }: AnalysisRequest,
  seen: Observations,
  version: keyof Observations,
): (Belief | null)[] {
  const before = readBeliefs(lastState, version);
  // Iter8 knows a metric's bounds by the metric's name, so the last criterion on it has the say.
  const bounds = new Map(criteria.filter((c) => !c.isCounter).map((c) => [c.metricName, c.minMax]));
  return criteria.map((criterion, i) => {
    if (criterion.isCounter) return null;
    const minMax = bounds.get(criterion.metricName);
    const old = before[i];
    return (
      believe(readingOf(seen[version], i), minMax) ??
      (old === undefined ? priorBelief(minMax) : readBelief(old, minMax))
    );
  });
}

function firstForAll(readings: readonly Reading[]): Reading[] {
  return readings.map(() => readingOf(readings, 0));
}

function beliefState(beliefs: readonly (Belief | null)[]): BeliefState["baseline"] {
  return { success_criterion_belief: beliefs.map(writeBelief), reward_belief: writeBelief(null) };
}
