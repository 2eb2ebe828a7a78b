import {
  analyze,
  type Algorithm,
  type AnalysisAnswer,
  type AnalysisRequest,
  type Criterion,
  type Observations,
  type Reading,
} from "../../../engine/iter8";
import { noRandom } from "./seededRandom";

export const NOW = 1_000_000_000;

export function criterion(some: Partial<Criterion> = {}): Criterion {
  return {
    metricName: "m",
    isCounter: false,
    type: "threshold",
    value: 0.2,
    sampleSize: 5,
    stopOnFailure: false,
    ...some,
  };
}

export function request(some: Partial<AnalysisRequest> = {}): AnalysisRequest {
  return {
    criteria: [criterion()],
    traffic: { stepSize: 20, maxTrafficPercent: 80, confidence: 0.95 },
    times: { baseline: { start: 0 }, candidate: { start: 0 } },
    lastState: {},
    ...some,
  };
}

export function reading(sampleSize: number, value: number | null): Reading {
  return { sampleSize, value };
}

/** One reading a version. */
export function both(baseline: Reading, candidate: Reading): Observations {
  return { baseline: [baseline], candidate: [candidate] };
}

/** Calls that each carry the state of the one before. */
export function chain(
  algorithm: Algorithm,
  asked: AnalysisRequest,
  observed: readonly Observations[],
): AnalysisAnswer[] {
  let { lastState } = asked;
  return observed.map((seen) => {
    const answer = analyze(algorithm, { ...asked, lastState }, seen, NOW, noRandom);
    lastState = answer._last_state;
    return answer;
  });
}

export const candidateTraffic = (answers: readonly AnalysisAnswer[]): number[] => {
  return answers.map((answer) => answer.candidate.traffic_percentage);
};
