import assert from "node:assert/strict";
import { forecast, type Detection, type Forecast, type MetricHistory, type Plan } from "../../../engine";
import { parseScenario, releaseSeed, simulatedPast, simulateRelease, type Scenario } from "../../../simulation";

function scenario(traffic: string, criteria: string, more = ""): Scenario {
  return parseScenario(`traffic: { ${traffic} }\nrelease: { criteria: [${criteria}]${more} }`, "test.yaml");
}

function of({ plan, traffic }: Scenario): Forecast {
  const expected = forecast(plan, simulatedPast(plan, traffic, 1));
  assert.ok(expected);
  return expected;
}

function detection(expected: Forecast, metric: string): Detection & { smallest: number } {
  const found = expected.detections.find((one) => one.metric === metric);
  assert.ok(found?.smallest !== undefined, `nothing is found of ${metric}`);
  return { ...found, smallest: found.smallest };
}

/** How often a candidate is rolled back. */
function power(plan: Plan, traffic: Scenario["traffic"], releases = 300): number {
  const rolledBack = Array.from(
    { length: releases },
    (_, i) => simulateRelease(plan, traffic, releaseSeed(5, i)).verdict,
  );
  return rolledBack.filter((verdict) => verdict === "rolledBack").length / releases;
}

const ERRORS = "{ metric: iter8_error_rate, delta: 0.75, floor: 0.003 }";
const LATENCY = "{ metric: iter8_latency, delta: 0.1 }";

describe("the forecast of a release", function () {
  this.timeout(60_000);
  it("tells the weights of a good candidate, and how long it takes", () => {
    const expected = of(scenario("requestsPerSecond: 20", ERRORS));
    assert.deepEqual(
      expected.schedule.map(({ weight }) => weight),
      [2, 4, 8, 16, 26, 36, 46, 50],
    );
    assert.equal(expected.shortestMs, 120_000);
    assert.equal(expected.longestMs, 1_800_000);
    assert.ok(expected.usualMs !== undefined && expected.usualMs > 120_000 && expected.usualMs < 1_800_000);
    assert.ok(Math.abs(expected.requestsPerSecond - 20) < 0.5);
  });

  it("what it says is found in 80 % of the releases is found in about as many simulated ones", () => {
    for (const [traffic, criteria] of [
      ["requestsPerSecond: 20, baseline: { errorRate: 0.001 }", ERRORS],
      ["requestsPerSecond: 100, baseline: { errorRate: 0.01 }", "{ metric: iter8_error_rate, delta: 0.5 }"],
      ["requestsPerSecond: 5, baseline: { errorRate: 0.005 }", "{ metric: iter8_error_rate, threshold: 0.01 }"],
    ] as const) {
      const made = scenario(traffic, criteria);
      const { smallest } = detection(of(made), "iter8_error_rate");
      const rate = power(made.plan, { ...made.traffic, candidate: { ...made.traffic.candidate, errorRate: smallest } });
      assert.ok(rate > 0.65 && rate < 0.95, `${criteria}: ${smallest} is found in ${rate}`);
    }
  });

  it("nor is that of a slower candidate far off", () => {
    const made = scenario("requestsPerSecond: 20", LATENCY);
    const { smallest, usual } = detection(of(made), "iter8_latency");
    const latency = { median: (100 * smallest) / usual, sigma: 0.5 };
    const rate = power(made.plan, { ...made.traffic, candidate: { ...made.traffic.candidate, latency } }, 150);
    assert.ok(rate > 0.65, `${smallest} is found in ${rate}`);
  });

  it("finds smaller regressions with more traffic", () => {
    const smallest = [5, 20, 100, 1000].map((requests) => {
      return detection(
        of(scenario(`requestsPerSecond: ${requests}, baseline: { errorRate: 0.005 }`, ERRORS)),
        "iter8_error_rate",
      ).smallest;
    });
    assert.deepEqual(
      smallest,
      [...smallest].sort((a, b) => b - a),
    );
  });

  it("warns where the tolerance asks for more than the traffic gives", () => {
    const idle = of(scenario("requestsPerSecond: 1, baseline: { errorRate: 0.005 }", ERRORS));
    assert.equal(idle.usualMs, undefined);
    assert.match(
      idle.warnings[0] ?? "",
      /^A candidate as good as the baseline would end as inconclusive at the present traffic: /,
    );
    assert.match(
      idle.warnings[1] ?? "",
      /^iter8_error_rate: .* finds only a regression to [\d.]+ or worse in 80 % of the releases, but/,
    );
    assert.deepEqual(of(scenario("requestsPerSecond: 1000, baseline: { errorRate: 0.005 }", ERRORS)).warnings, []);
  });

  it("says between which bounds a percentile's limit lies", () => {
    const { warnings } = of(scenario("requestsPerSecond: 20", "{ metric: iter8_99_perc_latency, threshold: 400 }"));
    const note = /^iter8_99_perc_latency: 400 is no bucket bound; harm is counted from 500, safety from 250 \(bounds: /;
    assert.ok(
      warnings.some((warning) => note.test(warning)),
      warnings.join(" "),
    );
  });

  it("knows of regressions from nothing", () => {
    const spotless = of(scenario("requestsPerSecond: 20, baseline: { errorRate: 0 }", ERRORS));
    const { usual, smallest } = detection(spotless, "iter8_error_rate");
    assert.ok(usual > 0 && usual < 1e-4 && smallest > 0.003 && smallest < 0.02, `${usual}, ${smallest}`);
  });

  it("keeps to the budget", () => {
    const made = scenario("requestsPerSecond: 1000", ERRORS, ", budget: { failedRequests: 1 }");
    const free = of({ ...made, plan: { ...made.plan, traffic: { ...made.plan.traffic, budget: undefined } } });
    assert.ok(of(made).shortestMs > free.shortestMs);
  });

  it("is none without a past, or for a plan that does not count evidence", () => {
    const { plan, traffic } = scenario("requestsPerSecond: 20", ERRORS);
    assert.equal(forecast(plan, [undefined]), undefined);
    assert.equal(forecast(plan, []), undefined);
    const past = simulatedPast(plan, traffic, 1);
    const empty = past.map((metric): MetricHistory | undefined => metric && { ...metric, windows: [] });
    assert.equal(forecast(plan, empty), undefined);
    const point: Plan = {
      ...plan,
      traffic: { ...plan.traffic, strategy: "check_and_increment" },
      analysis: { ...plan.analysis, mode: "point" },
    };
    assert.equal(forecast(point, past), undefined);
  });
});
