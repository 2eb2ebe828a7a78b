import assert from "node:assert/strict";
import { chanceBeyond, deviations, keptOf } from "../../../bench/dataPlane/weights";
import type { Split } from "../../../sandbox/dataplane/splits";

const split = (weight: number, baseline: number, candidate: number): Split => {
  const asked: Split["asked"] = weight === 0 ? { "web-v1": 100 } : { "web-v1": 100 - weight, "web-v2": weight };
  return { at: 0, namespace: "bench", name: "web", asked, seen: { "web-v1": baseline, "web-v2": candidate } };
};

describe("the chance of a share beyond some standard deviations", () => {
  /** The same by adding up the binomial distribution's parts. */
  function bySum(n: number, p: number, limit: number): number {
    const margin = limit * Math.sqrt(n * p * (1 - p));
    let part = (1 - p) ** n;
    let sum = 0;
    for (let x = 0; x <= n; x++) {
      if (Math.abs(x - n * p) > margin) sum += part;
      part *= ((n - x) / (x + 1)) * (p / (1 - p));
    }
    return sum;
  }

  for (const [n, p] of [
    [4, 0.5],
    [20, 0.05],
    [50, 0.12],
    [97, 0.31],
    [400, 0.5],
  ] as const) {
    it(`is that of a binomial distribution of ${n} and ${p}`, () => {
      for (const limit of [0.5, 1.5, 2, 3]) {
        const difference = Math.abs(chanceBeyond(n, p, limit) - bySum(n, p, limit));
        assert.ok(difference < 1e-12, `${limit} standard deviations: ${difference} off`);
      }
    });
  }
  it("is nothing where no number of requests is so far off", () => assert.equal(chanceBeyond(4, 0.5, 3), 0));
});

describe("how the weights were kept", () => {
  it("counts each split once, and with it all its requests", () => {
    const { splits, requests } = keptOf([split(10, 90, 10), split(50, 30, 30)]);
    assert.deepEqual([splits, requests], [2, 160]);
  });
  it("tells how many are further off than chance allows", () => {
    // Standard deviations of 3 and 5 points: 2.3 and 3.2 of them off.
    const { beyondTwo, beyondThree, largest } = keptOf([split(10, 83, 17), split(50, 66, 34), split(50, 50, 50)]);
    assert.deepEqual([beyondTwo.seen, beyondThree.seen], [2, 1]);
    const byChance = chanceBeyond(100, 0.1, 2) + 2 * chanceBeyond(100, 0.5, 2);
    assert.equal(beyondTwo.byChance.toFixed(9), byChance.toFixed(9));
    assert.ok(largest);
    assert.deepEqual([largest.asked, largest.requests, deviations(largest).toFixed(1)], [50, 100, "3.2"]);
  });
  it("leaves out splits of few requests, and those that leave nothing to chance", () => {
    const { splits, largest } = keptOf([split(50, 0, 19), split(0, 100, 0), split(100, 0, 100)]);
    assert.deepEqual([splits, largest], [0, undefined]);
  });
  it("counts the requests to a version without any weight", () => {
    const unknown = { ...split(0, 100, 2), seen: { "web-v1": 100, "web-v2": 2, unknown: 5 } };
    assert.equal(keptOf([unknown, split(0, 3, 1), split(100, 4, 100), split(50, 1, 9)]).astray, 7);
  });
});
