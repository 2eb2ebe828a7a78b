import assert from "node:assert/strict";
import { AnalysisError, analyze, listAlgorithms, readRequest, type AnalysisAnswer } from "../../../engine/iter8";
import {
  algorithmOf,
  caseNames,
  observe,
  readCase,
  readRows,
  type BayesianCase,
  type ChainCase,
  type ErrorCase,
  type Json,
  type SingleCase,
} from "./cases";
import { noRandom, seededRandom } from "./seededRandom";

const NOW = Date.parse("2020-05-22T11:00:00Z");
const CALLS = 30;

/** Every member of `expected` is in `actual`; lists are equal in length. */
function assertContains(actual: unknown, expected: unknown, path = "body"): void {
  if (typeof expected !== "object" || expected === null) {
    assert.equal(actual, expected, path);
    return;
  }
  assert.ok(typeof actual === "object" && actual !== null, path);
  if (Array.isArray(expected)) assert.equal((actual as unknown[]).length, expected.length, `length of ${path}`);
  for (const [name, member] of Object.entries(expected)) {
    assertContains((actual as Json)[name], member, `${path}.${name}`);
  }
}

function checkSingle(name: string): void {
  const found = readCase<SingleCase>(name);
  const algorithm = algorithmOf(found);
  const request = readRequest(algorithm, found.request, Date.parse);
  const rows = readRows(found.prometheus);
  const { queries, observations } = observe(request, NOW, () => rows);
  assertContains(analyze(algorithm, request, observations, NOW, noRandom), found.expected.body);

  const { start, end = NOW } = request.times.candidate;
  const seconds = (ms: number) => `${Math.floor(ms / 1000)}`;
  const expected = found.expected.queries_in_order.map((query) => {
    return query.replaceAll("<elapsed>", seconds(end - start)).replaceAll("<now-end>", seconds(NOW - end));
  });
  assert.deepEqual(queries, expected);
}

function checkChain(name: string): void {
  const found = readCase<ChainCase>(name);
  const algorithm = algorithmOf(found);
  let lastState: unknown = {};
  for (const { call, observed, ...expected } of found.iterations) {
    const request = readRequest(algorithm, { ...found.request_template, _last_state: lastState }, Date.parse);
    const { observations } = observe(request, NOW, (promql) => {
      return (["baseline", "candidate"] as const).flatMap((version) => {
        const seen = observed[version];
        if (seen === null) return [];
        const value = promql.includes("duration") ? seen.latency : seen.sample_size;
        return [{ labels: request.tags[version], value }];
      });
    });
    const answer = analyze(algorithm, request, observations, NOW, noRandom);
    const { summary, success_criteria } = answer.assessment;
    assert.deepEqual(
      {
        candidate_traffic: answer.candidate.traffic_percentage,
        baseline_traffic: answer.baseline.traffic_percentage,
        summary,
        success_criteria,
        _last_state: answer._last_state,
        status: 200,
      },
      expected,
      `call ${call}`,
    );
    // As it comes back from a client that keeps it.
    lastState = JSON.parse(JSON.stringify(answer._last_state));
  }
}

function refusal({ request, ...found }: ErrorCase): unknown {
  try {
    const read = readRequest(algorithmOf(found), request, Date.parse);
    const { observations } = observe(read, NOW, () => []);
    analyze(algorithmOf(found), read, observations, NOW, noRandom);
  } catch (error) {
    if (error instanceof AnalysisError) return error.body;
    throw error;
  }
  return undefined;
}

function checkBayesian(found: BayesianCase, seed: number): void {
  const algorithm = algorithmOf(found);
  const request = readRequest(algorithm, found.request, Date.parse);
  const rows = readRows(found.prometheus);
  const { observations } = observe(request, NOW, () => rows);
  const random = seededRandom(seed);
  const { candidate_traffic: traffic, conclusions_seen: conclusions } = found.expected;
  let total = 0;
  for (let call = 0; call < CALLS; call++) {
    const answer: AnalysisAnswer = analyze(algorithm, request, observations, NOW, random);
    const percent = answer.candidate.traffic_percentage;
    total += percent;
    assert.ok(percent >= traffic.min - 6 && percent <= traffic.max + 6, `${percent}`);
    assert.equal(answer.baseline.traffic_percentage, 100 - percent);
    const { summary } = answer.assessment;
    assert.equal(summary.all_success_criteria_met, found.expected.all_success_criteria_met);
    assert.equal(summary.abort_experiment, found.expected.abort_experiment);
    assert.ok(
      conclusions.some((seen) => JSON.stringify(seen) === JSON.stringify(summary.conclusions)),
      summary.conclusions.join("; "),
    );
    assert.deepEqual(answer._last_state, found.expected._last_state);
  }
  const mean = total / CALLS;
  assert.ok(Math.abs(mean - traffic.mean) <= 3, `mean ${mean} instead of ${traffic.mean}`);
}

describe("conformance with Iter8 v0.1's analytics", () => {
  const exercised = new Set<string>();
  const exercise = (name: string, check: () => void) => {
    exercised.add(name);
    it(name, check);
  };

  for (const name of [
    "01-cai-first-iteration",
    "02-cai-criteria-met-step",
    "03-cai-counter-over-threshold-aborts",
    "05-cai-both-fail-abort",
    "06-cai-no-data-absent-zero",
    "07-cai-no-data-absent-none",
    "08-eps-first-iteration",
    "09-eps-iteration-5",
    "10-eps-no-change",
    "11-eps-both-fail",
    "12-eps-insufficient-sample",
  ]) {
    exercise(name, () => checkSingle(name));
  }

  for (const name of [
    "20-chain-cai-success",
    "21-chain-cai-latency-failure",
    "24-chain-cai-sample-size",
    "26-chain-eps-success",
  ]) {
    exercise(name, () => checkChain(name));
  }

  exercise("13-algorithms", () => {
    assert.deepEqual(listAlgorithms(), readCase<{ expected: Json }>("13-algorithms").expected["body"]);
  });

  exercised.add("04-validation-errors");
  readCase<{ cases: ErrorCase[] }>("04-validation-errors").cases.forEach((found, i) => {
    it(`04-validation-errors, case ${i}`, () => assert.deepEqual(refusal(found), found.expected.body));
  });

  exercised.add("41-bayesian-peer-tests");
  readCase<{ cases: BayesianCase[] }>("41-bayesian-peer-tests").cases.forEach((found, i) => {
    it(`41-bayesian-peer-tests, case ${i}: ${found.source.test}`, () => checkBayesian(found, i));
  });

  it("leaves out no case file", () => assert.deepEqual([...exercised].sort(), caseNames().sort()));
});
