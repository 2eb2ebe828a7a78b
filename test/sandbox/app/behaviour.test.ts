import assert from "node:assert/strict";

import { PodBehaviour } from "../../../sandbox/app/behaviour";
import { podInfo } from "./fixtures";

/** With a draw of 0.5 for every random number, where the latency is always the same multiple of the median. */
function pod(annotations: Readonly<Record<string, string>>) {
  const time = { now: 1_000 };
  const warnings: string[] = [];
  const options = { now: () => time.now, random: () => 0.5, warn: (message: string) => warnings.push(message) };
  const behaviour = new PodBehaviour(options, podInfo(annotations));
  return { behaviour, time, warnings };
}

const fixed = { "latency-p50-ms": "40", "latency-p99-ms": "40" };

describe("a running pod", () => {
  it("answers with the latency and the errors of its annotations", () => {
    assert.deepEqual(pod(fixed).behaviour.answer(), { code: 200, latencyMs: 40 });
    assert.deepEqual(pod({ ...fixed, "error-rate": "0.51" }).behaviour.answer(), { code: 500, latencyMs: 40 });
    assert.deepEqual(pod({ ...fixed, "error-rate": "0.5" }).behaviour.answer(), { code: 200, latencyMs: 40 });
  });

  it("warms up from its start", () => {
    const { behaviour, time } = pod({ ...fixed, "warm-up-seconds": "10", "warm-up-factor": "3" });
    time.now += 9_999;
    assert.equal(behaviour.answer().latencyMs, 120);
    time.now += 1;
    assert.equal(behaviour.answer().latencyMs, 40);
  });

  it("changes some time after its first request", () => {
    const { behaviour, time } = pod({ ...fixed, "change-after-seconds": "5", "after-error-rate": "1" });
    time.now += 60_000;
    assert.equal(behaviour.answer().code, 200);
    time.now += 4_999;
    assert.equal(behaviour.answer().code, 200);
    time.now += 1;
    assert.equal(behaviour.answer().code, 500);
  });

  it("follows its annotations, and keeps its age and first request", () => {
    const { behaviour, time, warnings } = pod(fixed);
    behaviour.answer();
    time.now += 10_000;
    behaviour.become(podInfo({ ...fixed, "warm-up-seconds": "11", "memory-growth-mib-per-minute": "6" }));
    assert.equal(behaviour.answer().latencyMs, 80);
    behaviour.become(podInfo({ ...fixed, "change-after-seconds": "10", "after-latency-p50-ms": "70" }));
    assert.equal(behaviour.answer().latencyMs, 70);
    assert.deepEqual(warnings, []);
  });

  it("grows by its annotation, from when it has it", () => {
    const { behaviour, time } = pod(fixed);
    time.now += 60_000;
    behaviour.become(podInfo({ "memory-growth-mib-per-minute": "2" }));
    time.now += 60_000;
    behaviour.memory.advance();
    assert.equal(behaviour.memory.mibHeld, 2);
  });

  it("is who its labels say, also when they change", () => {
    const { behaviour } = pod({});
    const { identity } = behaviour;
    behaviour.become(podInfo());
    assert.equal(behaviour.identity, identity);
    behaviour.become(podInfo({}, { labels: { app: "reviews", version: "v9" } }));
    assert.equal(behaviour.identity.served(undefined).headers["x-version"], "v9");
  });

  it("reports what is wrong with its annotations", () => {
    const { warnings } = pod({ "error-rate": "2" });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /error-rate is "2", must be a number from 0 to 1/);
  });
});
