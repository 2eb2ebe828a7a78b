import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadScenario, namedScenario } from "../../../simulation/scenarios/load";
import { NAMED_SCENARIOS } from "../../../simulation/scenarios/named";
import { parseScenario, ScenarioError } from "../../../simulation/scenarios/scenario";

const FULL = `
description: everything at once
traffic:
  requestsPerSecond: 50
  scrapeInterval: 30s
  history: 0
  baseline: { errorRate: 0.002, latency: { median: 80, sigma: 0.4 } }
  candidate: { errorRate: 0.004, tail: { share: 0.01, factor: 5 } }
  warmUp: { duration: 1m30s, errorRate: 0.1, latencyFactor: 2 }
  diurnal: { amplitude: 0.5, period: 2h, phase: 0.25 }
  reset: { version: candidate, every: 5m, at: [90s] }
  missedScrapes: { share: 0.05 }
  bursts: { correlation: 0.01 }
  sessions: { meanRequests: 5, meanDuration: 2m }
release:
  strategy: check_and_increment
  interval: 1m
  step: 5
  maxWeight: 20
  maxIterations: 30
  budget: { failedRequests: 100 }
  analysis: { mode: sequential, alpha: 0.01, beta: 0.1, warmup: 3m }
  criteria:
    - { metric: iter8_error_rate, delta: 0.5, floor: 0.005 }
    - { metric: iter8_99_perc_latency, threshold: 500, direction: lower }
`;

describe("simulation: scenario files", () => {
  it("say everything that there is to say", () => {
    const { description, traffic, plan } = parseScenario(FULL, "full.yaml");
    assert.equal(description, "everything at once");
    assert.deepEqual(traffic, {
      requestsPerSecond: 50,
      scrapeMs: 30_000,
      historyMs: 0,
      latency: "histogram",
      baseline: { errorRate: 0.002, latency: { median: 80, sigma: 0.4 } },
      candidate: { errorRate: 0.004, latency: { median: 100, sigma: 0.5 }, tail: { share: 0.01, factor: 5 } },
      warmUp: { seconds: 90, errorRate: 0.1, latencyFactor: 2 },
      diurnal: { amplitude: 0.5, periodMs: 7_200_000, phase: 0.25, errorAmplitude: 0 },
      reset: { version: "candidate", everyMs: 300_000, atMs: [90_000] },
      missedScrapes: { share: 0.05 },
      bursts: { correlation: 0.01 },
      sessions: { meanRequests: 5, meanSeconds: 120, errorHeterogeneity: 0 },
    });
    assert.deepEqual(plan.analysis, { mode: "sequential", alpha: 0.01, beta: 0.1, warmupMs: 180_000 });
    assert.deepEqual(plan.traffic.budget, { failedRequests: 100, metric: "iter8_error_rate" });
    assert.deepEqual([plan.traffic.intervalMs, plan.traffic.step, plan.traffic.maxWeight], [60_000, 5, 20]);
    assert.deepEqual(
      plan.criteria.map(({ toleranceType, tolerance, floor }) => [toleranceType, tolerance, floor]),
      [
        ["delta", 0.5, 0.005],
        ["threshold", 500, undefined],
      ],
    );
  });

  it("need to say hardly anything", () => {
    const { traffic, plan } = parseScenario("traffic: { requestsPerSecond: 5 }", "short.yaml");
    assert.deepEqual([traffic.scrapeMs, traffic.historyMs, traffic.latency], [15_000, 1_800_000, "mean"]);
    assert.deepEqual([plan.traffic.strategy, plan.traffic.maxIterations, plan.analysis.alpha], ["guarded", 120, 0.05]);
    assert.deepEqual(
      plan.criteria.map(({ metric, tolerance, floor }) => [metric, tolerance, floor]),
      [
        ["iter8_error_rate", 0.75, 0.003],
        ["iter8_latency", 0.1, undefined],
      ],
    );
  });

  it("simulate no more latency than the criteria look at", () => {
    const text =
      "traffic: { requestsPerSecond: 5 }\nrelease: { criteria: [{ metric: iter8_error_rate, threshold: 0.01 }] }";
    assert.equal(parseScenario(text, "errors.yaml").traffic.latency, "none");
  });

  const refused: readonly [string, string | RegExp][] = [
    ["traffic: { requestsPerSecond: -1 }", "'traffic.requestsPerSecond' (-1) must be greater than 0"],
    ["traffic: { requestsPerSecond: many }", `'traffic.requestsPerSecond' ("many") must be a number`],
    ["release: {}", "'traffic' is missing: it must be an object"],
    ["", "the scenario (null) must be an object"],
    ["[]", "the scenario ([]) must be an object"],
    ["traffic: { requestsPerSecond: 1, speed: 3 }", "'traffic.speed' (3) is not a known setting"],
    [
      "traffic: { requestsPerSecond: 1, scrapeInterval: 15 }",
      /'traffic\.scrapeInterval' \(15\) must be a duration with its unit/,
    ],
    ["traffic: { requestsPerSecond: 1, history: soon }", /'traffic\.history' \("soon"\) must be 0 or a duration/],
    [
      "traffic: { requestsPerSecond: 1, candidate: { errorRate: 5 } }",
      "'traffic.candidate.errorRate' (5) must be a number from 0 to 1",
    ],
    [
      "traffic: { requestsPerSecond: 1, reset: { version: both, every: 1m } }",
      `'traffic.reset.version' ("both") must be one of baseline, candidate`,
    ],
    [
      "traffic: { requestsPerSecond: 1, reset: { version: baseline } }",
      /'traffic\.reset' .* must have 'every' or 'at'/,
    ],
    [
      "traffic: { requestsPerSecond: 1 }\nrelease: { step: 60 }",
      "'release.step' (60) must be at most 'maxWeight' (50)",
    ],
    [
      "traffic: { requestsPerSecond: 1 }\nrelease: { strategy: fast }",
      /'release\.strategy' \("fast"\) must be one of guarded, /,
    ],
    [
      "traffic: { requestsPerSecond: 1 }\nrelease: { analysis: { alpha: 0 } }",
      "'release.analysis.alpha' (0) must be greater than 0",
    ],
    [
      "traffic: { requestsPerSecond: 1 }\nrelease: { criteria: [] }",
      "'release.criteria' ([]) must have at least one criterion",
    ],
    [
      "traffic: { requestsPerSecond: 1 }\nrelease: { criteria: [{ metric: iter8_latency }] }",
      /'release\.criteria\[0\]' .* must have either 'threshold' or 'delta'/,
    ],
    [
      "traffic: { requestsPerSecond: 1 }\nrelease: { criteria: [{ metric: pace, delta: 1 }] }",
      /'release\.criteria\[0\]\.metric' \("pace"\) must be one of iter8_error_rate, /,
    ],
    [
      "traffic: { requestsPerSecond: 1 }\nrelease: { budget: { failedRequests: 5 }, criteria: [{ metric: iter8_latency, delta: 1 }] }",
      /'release\.budget' .* must only be given with a criterion on iter8_error_rate/,
    ],
    ["traffic: [", /^scenario bad\.yaml is not YAML: /],
  ];
  for (const [text, message] of refused) {
    it(`are refused: ${String(message)}`, () => {
      assert.throws(
        () => parseScenario(text, "bad.yaml"),
        (error) => {
          assert.ok(error instanceof ScenarioError);
          if (message instanceof RegExp) assert.match(error.message.replace("scenario bad.yaml: ", ""), message);
          else assert.equal(error.message, `scenario bad.yaml: ${message}`);
          return true;
        },
      );
    });
  }

  it("are read from disk, unless their name is one of Serin's own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "serin-scenario-"));
    try {
      const file = join(folder, "mine.yaml");
      await writeFile(file, FULL);
      assert.equal((await loadScenario(file)).traffic.requestsPerSecond, 50);
      assert.deepEqual(await loadScenario("healthy"), namedScenario("healthy"));
      await assert.rejects(
        loadScenario(join(folder, "none.yaml")),
        /none\.yaml' must be a file that can be read .* or one of healthy, /,
      );
      assert.throws(() => namedScenario("toString"), /there is no scenario 'toString'/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("that come with Serin are all usable, and described", () => {
    for (const name of Object.keys(NAMED_SCENARIOS)) {
      assert.match(namedScenario(name).description, /\.$/, name);
    }
  });
});
