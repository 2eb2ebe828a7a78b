import assert from "node:assert/strict";

import { readBehaviour, readRate } from "../../../sandbox/mesh/annotations";
import { qualityAt } from "../../../sandbox/mesh/podLives";

function prefixed(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`mesh.serin.dev/${key}`, value]));
}

function behaviour(annotations: Record<string, string>) {
  const problems: string[] = [];
  return { ...readBehaviour(prefixed(annotations), (problem) => problems.push(problem)), problems };
}

describe("annotations", () => {
  it("have defaults", () => {
    assert.deepEqual(behaviour({}), {
      quality: { p50Ms: 20, p99Ms: 60, errorRate: 0 },
      warmUpMs: 0,
      warmUpFactor: 2,
      change: undefined,
      memoryGrowthMibPerMinute: 0,
      problems: [],
    });
    assert.equal(readRate({ "example.com/other": "x" }, assert.fail), undefined);
  });

  it("derive the p99 from the p50, and what holds later from what holds first", () => {
    assert.equal(behaviour({ "latency-p50-ms": "100" }).quality.p99Ms, 300);
    const first = { "latency-p50-ms": "10", "latency-p99-ms": "20", "error-rate": "0.1", "change-after-seconds": "5" };
    assert.deepEqual(behaviour(first).change, { afterMs: 5000, quality: { p50Ms: 10, p99Ms: 20, errorRate: 0.1 } });
    const slower = behaviour({ ...first, "after-latency-p50-ms": "50" });
    assert.deepEqual(slower.change?.quality, { p50Ms: 50, p99Ms: 100, errorRate: 0.1 });
    assert.deepEqual(slower.problems, []);
  });

  it("read how fast a pod's memory grows", () => {
    const { memoryGrowthMibPerMinute, problems } = behaviour({ "memory-growth-mib-per-minute": "2.5" });
    assert.equal(memoryGrowthMibPerMinute, 2.5);
    assert.deepEqual(problems, []);
  });

  const bad: readonly [key: string, value: string, remedy: RegExp][] = [
    ["error-rate", "1.5", /"1\.5", must be a number from 0 to 1 \(the share of requests\); 0 is used/],
    ["error-rate", "-0.1", /from 0 to 1/],
    ["error-rate", "", /"", must be a number/],
    ["error-rate", "5%", /"5%", must be/],
    ["error-rate", "0x1", /must be a number/],
    ["error-rate", "NaN", /must be a number/],
    ["latency-p50-ms", "0", /from 0\.001 to 3600000 \(milliseconds\); 20 is used/],
    ["latency-p50-ms", "Infinity", /must be a number/],
    ["latency-p99-ms", "10", /from 20 to 3600000 \(milliseconds\); 60 is used/],
    ["warm-up-seconds", "soon", /from 0 to 31536000 \(seconds\); 0 is used/],
    ["warm-up-factor", "0", /\(a factor\); 2 is used/],
    ["change-after-seconds", "-1", /it is ignored/],
    ["after-error-rate", "0.5", /does nothing without mesh\.serin\.dev\/change-after-seconds/],
    ["memory-growth-mib-per-minute", "10001", /from 0 to 10000 \(MiB per minute\); 0 is used/],
    ["latency-p95-ms", "5", /mesh\.serin\.dev\/latency-p95-ms is not known here; known are .*latency-p50-ms/],
  ];
  for (const [key, value, remedy] of bad) {
    it(`refuse ${key}: "${value}"`, () => {
      const { problems, ...rest } = behaviour({ [key]: value });
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", remedy);
      assert.deepEqual({ ...rest, problems: [] }, behaviour({}));
    });
  }

  it("read a service's rate and refuse a bad one", () => {
    const problems: string[] = [];
    const rate = (text: string) => readRate(prefixed({ "requests-per-second": text }), (p) => problems.push(p));
    assert.deepEqual(["50", "0", "2.5", "1e3", " 7 "].map(rate), [50, 0, 2.5, 1000, 7]);
    assert.deepEqual(problems, []);
    assert.deepEqual(["fast", "-1", "10001"].map(rate), [undefined, undefined, undefined]);
    assert.equal(problems.length, 3);
  });
});

describe("behaviour over time", () => {
  it("is slower while a pod is younger than its warm-up", () => {
    const warming = behaviour({ "warm-up-seconds": "10", "warm-up-factor": "4", "error-rate": "0.2" });
    assert.deepEqual(qualityAt(warming, 9_999, 0), { p50Ms: 80, p99Ms: 240, errorRate: 0.2 });
    assert.deepEqual(qualityAt(warming, 10_000, 0), { p50Ms: 20, p99Ms: 60, errorRate: 0.2 });
  });

  it("changes the given time after the first request", () => {
    const changing = behaviour({
      "change-after-seconds": "30",
      "after-error-rate": "0.5",
      "after-latency-p99-ms": "90",
    });
    assert.deepEqual(qualityAt(changing, 60_000, 29_999), { p50Ms: 20, p99Ms: 60, errorRate: 0 });
    assert.deepEqual(qualityAt(changing, 60_000, 30_000), { p50Ms: 20, p99Ms: 90, errorRate: 0.5 });
  });
});
