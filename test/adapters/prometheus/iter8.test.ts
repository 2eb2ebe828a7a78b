import assert from "node:assert/strict";
import type { Evidence, Observation, SuccessCriterion, TrafficPlan } from "../../../engine";
import { assessPoint } from "../../../engine/analysis/point";
import { firstWeight, nextWeight } from "../../../engine/strategies/checkAndIncrement";
import { fillTemplate, observeLabelled, type MetricDefinition, type QuerySource } from "../../../adapters/prometheus";
import { parseAnswer, type QueryResult } from "../../../adapters/prometheus/queryResult";
import {
  readAnswer,
  readCase,
  type ChainCase,
  type LastState,
  type Request,
  type SingleCase,
} from "../../fixtures/iter8/cases";

type Criterion = Request["traffic_control"]["success_criteria"][number];

// An hour after the start, so that the queries' window is known.
const ELAPSED_MS = 3_600_000;

function definition(c: Criterion): MetricDefinition {
  const absent = Number(c.absent_value ?? "0.0");
  return {
    name: c.metric_name,
    queryTemplate: c.metric_query_template,
    sampleSizeTemplate: c.metric_sample_size_query_template,
    isCounter: c.is_counter,
    absentValue: Number.isNaN(absent) ? null : absent,
    unit: "",
  };
}

function criterion(c: Criterion): SuccessCriterion {
  return {
    metric: c.metric_name,
    toleranceType: c.type,
    tolerance: c.value,
    sampleSize: c.sample_size,
    direction: "lower",
    stopOnFailure: c.stop_on_failure,
  };
}

function trafficPlan({ traffic_control: control }: Request): TrafficPlan {
  const [step, maxWeight] = [control.step_size ?? 2, control.max_traffic_percent ?? 50];
  return {
    strategy: "check_and_increment",
    step,
    maxWeight,
    intervalMs: 1,
    maxIterations: 1,
    onSuccess: "candidate",
    confidence: 0.95,
  };
}

function evidence(last: LastState): Evidence[] {
  const side = (which: "baseline" | "candidate", i: number) => {
    const [sampleSize, value] = last[which]?.success_criterion_information[i] ?? [0, null];
    return { sampleSize, value };
  };
  const seen = last.candidate?.success_criterion_information ?? [];
  return seen.map((_, i) => ({ baseline: side("baseline", i), candidate: side("candidate", i) }));
}

/** What one call of Iter8's analytics service answers with, worked out by Serin. */
async function call(request: Request, last: LastState, source: QuerySource) {
  const criteria = request.traffic_control.success_criteria;
  const start = Date.parse(request.candidate.start_time);
  const versions = { baseline: request.baseline.tags, candidate: request.candidate.tags };
  const seen: Observation = await observeLabelled(
    source,
    criteria.map(definition),
    versions,
    start,
    start + ELAPSED_MS,
  );
  assert.equal(seen.kind, "values");
  const assessment = assessPoint(criteria.map(criterion), seen.metrics, evidence(last));
  const traffic = trafficPlan(request);
  const weight =
    last.candidate === undefined
      ? firstWeight(traffic)
      : nextWeight(traffic, last.candidate.traffic_percentage, assessment);
  return { assessment, weight };
}

function judged({ assessment, weight }: Awaited<ReturnType<typeof call>>) {
  return {
    weight,
    all_success_criteria_met: assessment.allMet,
    abort_experiment: assessment.abort,
    success_criteria: assessment.criteria.map((c) => [c.met, c.abort]),
    baseline: assessment.criteria.map((c) => [c.baseline.sampleSize, c.baseline.value]),
    candidate: assessment.criteria.map((c) => [c.candidate.sampleSize, c.candidate.value]),
  };
}

function expectedOf({ expected: { body } }: SingleCase): ReturnType<typeof judged> {
  const { summary, success_criteria } = body.assessment;
  const statistics = (which: "baseline" | "candidate") =>
    body[which].metrics.map(({ statistics }) => [statistics.sample_size, statistics.value]);
  return {
    weight: body.candidate.traffic_percentage,
    all_success_criteria_met: summary.all_success_criteria_met,
    abort_experiment: summary.abort_experiment,
    success_criteria: success_criteria.map((c) => [c.success_criterion_met, c.abort_experiment]),
    baseline: statistics("baseline"),
    candidate: statistics("candidate"),
  };
}

const always = (answer: QueryResult): QuerySource => ({ query: () => Promise.resolve(answer) });
const runSingle = (found: SingleCase) =>
  call(found.request, found.request._last_state, always(parseAnswer(readAnswer(found), "Prometheus")));

describe("conformance with Iter8 v0.1's check_and_increment", () => {
  for (const name of [
    "01-cai-first-iteration",
    "02-cai-criteria-met-step",
    "03-cai-counter-over-threshold-aborts",
    "05-cai-both-fail-abort",
    "07-cai-no-data-absent-none",
  ]) {
    it(name, async () => {
      const found = readCase<SingleCase>(name);
      assert.deepEqual(judged(await runSingle(found)), expectedOf(found));
    });
  }

  it("06-cai-no-data-absent-zero: but no traffic is no evidence", async () => {
    // Iter8 puts the absent value, here no errors, even where there was no request at all, and calls the criterion
    // met. Serin has no value then, and holds the traffic. All else is the same.
    const found = readCase<SingleCase>("06-cai-no-data-absent-zero");
    const expected = expectedOf(found);
    assert.deepEqual([expected.all_success_criteria_met, expected.candidate], [true, [[0, 0]]]);
    assert.deepEqual(judged(await runSingle(found)), {
      ...expected,
      all_success_criteria_met: false,
      success_criteria: [[false, false]],
      baseline: [[0, null]],
      candidate: [[0, null]],
    });
  });

  for (const name of ["01-cai-first-iteration", "05-cai-both-fail-abort"]) {
    it(`${name}: the same queries`, () => {
      const { request, expected } = readCase<SingleCase>(name);
      const window = { start: 0, end: ELAPSED_MS, evaluatedAt: ELAPSED_MS };
      const tags = [request.baseline.tags, request.candidate.tags];
      // Iter8 asks for each version apart, Serin for both at once: every query of Iter8's occurs twice.
      const queries = request.traffic_control.success_criteria.flatMap((c) => {
        const pair = [c.metric_query_template, c.metric_sample_size_query_template];
        return [...pair, ...pair].map((template) => fillTemplate(template, window, tags));
      });
      assert.deepEqual(
        queries,
        expected.queries_in_order.map((query) => query.replaceAll("<elapsed>", `${ELAPSED_MS / 1000}`)),
      );
    });
  }

  for (const name of ["20-chain-cai-success", "21-chain-cai-latency-failure", "24-chain-cai-sample-size"]) {
    it(name, async () => {
      const { request_template: request, iterations } = readCase<ChainCase>(name);
      let last: LastState = {};
      for (const { call: number, observed, ...expected } of iterations) {
        const source: QuerySource = {
          query: (promql) => {
            const rows = (["baseline", "candidate"] as const).flatMap((which) => {
              const seen = observed[which];
              if (seen === null) return [];
              const value = promql.includes("duration") ? seen.latency : seen.sample_size;
              return [{ labels: request[which].tags, value, timestamp: 0 }];
            });
            return Promise.resolve({ kind: "vector", rows });
          },
        };
        const result = judged(await call(request, last, source));
        assert.deepEqual(
          result,
          {
            weight: expected.candidate_traffic,
            all_success_criteria_met: expected.summary.all_success_criteria_met,
            abort_experiment: expected.summary.abort_experiment,
            success_criteria: expected.success_criteria.map((c) => [c.success_criterion_met, c.abort_experiment]),
            baseline: expected._last_state.baseline.success_criterion_information,
            candidate: expected._last_state.candidate.success_criterion_information,
          },
          `call ${number}`,
        );
        last = expected._last_state;
      }
    });
  }
});
