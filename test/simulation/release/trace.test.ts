import assert from "node:assert/strict";
import { traceRelease } from "../../../simulation/release/simulate";
import { criterion, ERRORS, LATENCY, plan, traffic } from "../builders";

describe("simulation: trace", () => {
  const trace = traceRelease(
    plan({ criteria: [ERRORS, LATENCY, criterion("iter8_90_perc_latency")] }),
    traffic({ latency: "histogram" }),
    1,
  );
  const last = trace.looks[trace.looks.length - 1] ?? assert.fail("no look");

  it("has one entry a look, with the weight before and after it", () => {
    trace.looks.forEach(({ seconds, weight }, i) => {
      assert.equal(seconds, 15 * (i + 1));
      if (i > 0) assert.equal(weight, trace.looks[i - 1]?.nextWeight);
    });
    assert.equal(last.nextWeight, 100);
  });

  it("has values, limit and evidence of every criterion", () => {
    const [errors, latency, p90] = last.criteria;
    assert.ok(errors && latency && p90);
    assert.ok((errors.candidate.total ?? 1) < 0.003 && (errors.limit ?? 0) >= 0.003);
    assert.ok((latency.baseline.total ?? 0) > 100 && (latency.candidate.window ?? 0) > 90);
    assert.equal(latency.unit, "ms");
    assert.ok((p90.candidate.total ?? 0) > 150);
    for (const { evidence } of last.criteria) assert.ok(evidence && evidence.safety >= evidence.safetyNeeded);
  });

  it("brackets the candidate's value, ever more narrowly", () => {
    const [errors, latency, p90] = last.criteria;
    assert.ok(errors?.interval && latency?.interval);
    assert.ok(errors.interval[0] <= 0.001 && errors.interval[1] >= 0.001 && errors.interval[1] < 0.01);
    const mean = 100 * Math.exp(0.125);
    assert.ok(
      latency.interval[0] < mean && latency.interval[1] > mean && latency.interval[1] - latency.interval[0] < 30,
    );
    assert.equal(p90?.interval, null);
    assert.equal(trace.looks[0]?.criteria[1]?.interval, null);
  });

  it("has no evidence in point mode", () => {
    const point = traceRelease(
      plan({ analysis: { mode: "point" }, traffic: { strategy: "check_and_increment" } }),
      traffic(),
      2,
    );
    assert.ok(point.looks.every(({ criteria }) => criteria.every(({ evidence }) => evidence === undefined)));
  });
});
