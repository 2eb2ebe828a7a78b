import assert from "node:assert/strict";
import { step } from "../../../engine";
import { fourCriteria, HEALTHY, steadyLooks } from "../../../bench/step/looks";
import { timeParts } from "../../../bench/step/parts";
import { timeCalls } from "../../../bench/step/timing";

describe("the step's bench", () => {
  const plan = fourCriteria();
  const looks = steadyLooks(plan, HEALTHY, 3);

  it("has the looks of a whole release, all of which go on", () => {
    assert.ok(looks.length > 100);
    for (const { state, input } of looks) assert.equal(step(plan, state, input).state.stage, "iterating");
  });
  it("has evidence on all four criteria at each look", () => {
    for (const { state } of looks) assert.ok(state.sequential?.criteria.every((evidence) => evidence !== undefined));
  });
  it("times every part as often as it is asked to", () => {
    for (const { name, timing } of timeParts(plan, looks, 20, 5)) assert.ok(timing.p95 >= timing.median, name);
  });
  it("calls over the arguments again and again", () => {
    const seen: number[] = [];
    timeCalls((argument) => seen.push(argument), [1, 2, 3], 4, 1);
    assert.deepEqual(seen, [1, 2, 3, 1, 2]);
  });
});
