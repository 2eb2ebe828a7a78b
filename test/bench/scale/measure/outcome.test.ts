import assert from "node:assert/strict";
import { jumps, mistake, repetitions } from "../../../../bench/scale/measure/outcome";
import { compareEvents, reasonsIn, type Event } from "../../../../bench/scale/measure/events";
import type { Behaviour, Release } from "../../../../bench/scale/load/releases";

const PLAN = { step: 10, maxWeight: 50 };
const changes = (...weights: number[]) => weights.map((weight, at) => ({ at, weight }));
const history = (...iterations: number[]) =>
  iterations.map((iteration) => {
    return { iteration, startedAt: "", assessedAt: "", weight: 10, nextWeight: 20, met: true, reason: "" };
  });

describe("jumps of the weight", () => {
  for (const [weights, expected] of [
    [[10, 20, 30, 40, 50, 100], 0],
    [[10, 20, 0], 0],
    [[20, 30], 1],
    [[10, 30], 1],
    [[10, 20, 100], 1],
    [[10, 20, 10, 20], 1],
    [[], 0],
  ] as const) {
    it(`are ${expected} in ${weights.join(", ") || "none"}`, () => {
      assert.equal(jumps(changes(...weights), PLAN), expected);
    });
  }
});

describe("the record's iterations", () => {
  for (const [iterations, doubled, lost] of [
    [[1, 2, 3], 0, 0],
    [[1, 2, 2, 3], 1, 0],
    [[1, 3], 0, 1],
    [[2], 0, 1],
    [[], 0, 0],
  ] as const) {
    it(`${iterations.join(", ") || "none"}: ${doubled} doubled, ${lost} lost`, () => {
      assert.deepEqual(repetitions(history(...iterations)), { doubled, lost });
    });
  }
});

describe("a release's outcome", () => {
  const release = (behaviour: Behaviour): Release => {
    return { namespace: "a", service: "web", experiment: "e", baseline: "web-v1", candidate: "web-v2", behaviour };
  };
  for (const [behaviour, completed, verdict, last, expected] of [
    ["good", true, "promoted", 100, undefined],
    ["good", true, "promoted", 50, "route"],
    ["good", true, "rolledBack", 0, "good not promoted"],
    ["good", false, undefined, 10, "unfinished"],
    ["bad", true, "rolledBack", 0, undefined],
    ["bad", true, "rolledBack", 10, "route"],
    ["turnsBad", true, "promoted", 100, "bad promoted"],
    ["turnsBad", true, "inconclusive", 0, "bad not rolled back"],
  ] as const) {
    it(`of a candidate that is ${behaviour}, ${verdict ?? "open"} at ${last} %: ${expected ?? "right"}`, () => {
      assert.equal(mistake(release(behaviour), completed, verdict, changes(10, last)), expected);
    });
  }
});

describe("the Events of a release", () => {
  const all = {
    TargetsFound: 1,
    IterationUpdate: 3,
    IterationSucceeded: 1,
    IterationFailed: 1,
    ExperimentSucceeded: 1,
  };
  it("are all there", () => {
    assert.deepEqual(compareEvents(history(1, 2, 3), all), { lost: 0, doubled: 0 });
  });
  it("are missed one by one", () => {
    assert.deepEqual(compareEvents(history(1, 2, 3), { ...all, IterationUpdate: 1, ExperimentSucceeded: 0 }), {
      lost: 3,
      doubled: 0,
    });
    assert.deepEqual(compareEvents(history(1, 2, 3)), { lost: 7, doubled: 0 });
  });
  it("are too many when one is told twice", () => {
    assert.deepEqual(compareEvents(history(1, 2, 3), { ...all, ExperimentFailed: 1 }), { lost: 0, doubled: 1 });
  });
  it("are read from Events of one reason, and of several told together", () => {
    const event = (reason: string, message: string, count?: number): Event => {
      return { metadata: { name: "x" }, involvedObject: {}, reason, message, count };
    };
    assert.deepEqual(reasonsIn(event("TargetsFound", "")), ["TargetsFound"]);
    assert.deepEqual(reasonsIn(event("IterationFailed", "The mean is 3 ms", 2)), [
      "IterationFailed",
      "IterationFailed",
    ]);
    const together = "12:00:01 IterationSucceeded: New Traffic\n12:00:02 IterationUpdate: Iteration 2 Started";
    assert.deepEqual(reasonsIn(event("IterationUpdate", together, 2)), ["IterationSucceeded", "IterationUpdate"]);
  });
});
