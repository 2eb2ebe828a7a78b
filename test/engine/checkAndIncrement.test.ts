import assert from "node:assert/strict";
import type { Assessment } from "../../engine";
import { firstWeight, nextWeight } from "../../engine/strategies/checkAndIncrement";
import { plan } from "./builders";

const good: Assessment = { criteria: [], allMet: true, abort: false, changed: true, suspicious: false, failed: false };
const { traffic } = plan({ traffic: { step: 20, maxWeight: 50 } });

describe("check_and_increment", () => {
  it("begins with one step", () => assert.equal(firstWeight(traffic), 20));
  it("begins with the maximum when a step is more", () => {
    assert.equal(firstWeight({ ...traffic, step: 60 }), 50);
  });
  it("rises by one step", () => assert.equal(nextWeight(traffic, 20, good), 40));
  it("rises to the maximum at most", () => assert.equal(nextWeight(traffic, 40, good), 50));
  it("stays at the maximum", () => assert.equal(nextWeight(traffic, 50, good), 50));
  it("holds when something speaks against growth", () => {
    assert.equal(nextWeight(traffic, 20, { ...good, suspicious: true }), 20);
  });
  it("holds when nothing is new", () => assert.equal(nextWeight(traffic, 20, { ...good, changed: false }), 20));
  it("never falls, even over a maximum that was lowered", () => {
    assert.equal(nextWeight({ ...traffic, maxWeight: 30 }, 40, good), 40);
  });
});
