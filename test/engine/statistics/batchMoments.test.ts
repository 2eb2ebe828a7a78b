import assert from "node:assert/strict";
import { batchMoments } from "../../../engine/statistics/batchMoments";

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-6, `${actual}, not ${expected}`);

describe("batchMoments", () => {
  // By hand, from sum of n (batch mean - mean)^2 / (batches - 1).
  it("two batches of four", () => {
    const { mean, deviation } = batchMoments([
      { requests: 4, sum: 4 },
      { requests: 4, sum: 12 },
    ]);
    close(mean, 2);
    close(deviation, 2.828427125);
  });
  it("batches of unlike size", () => {
    const { mean, deviation } = batchMoments([
      { requests: 1, sum: 10 },
      { requests: 3, sum: 18 },
      { requests: 4, sum: 28 },
    ]);
    // mean 7; 1 x 9 + 3 x 1 + 4 x 0, over 2
    close(mean, 7);
    close(deviation, 2.449489743);
  });
  it("one batch", () => assert.deepEqual(batchMoments([{ requests: 5, sum: 10 }]), { mean: 2, deviation: 0 }));
  it("none", () => assert.ok(Number.isNaN(batchMoments([]).mean)));
});
