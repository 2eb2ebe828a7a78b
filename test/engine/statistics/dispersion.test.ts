import assert from "node:assert/strict";
import { addWindow, dispersionFactor, NO_DISPERSION, type Dispersion } from "../../../engine/statistics/dispersion";

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-6, `${actual}, not ${expected}`);
const after = (events: readonly number[]): Dispersion =>
  events.reduce((seen, e) => addWindow(seen, 100, e), NO_DISPERSION);

describe("dispersion of counts", () => {
  it("predicts each window from those before it", () => {
    // Predicted 2, then 3 (of 6 in 200): (4 - 2)^2 - 4 + (0 - 3)^2 - 0
    assert.deepEqual(after([2, 4, 0]), { requests: 300, events: 6, excess: 9, scale: 13, windows: 2 });
  });
  it("the first window, and windows of a version without events, say nothing of the variation", () => {
    assert.deepEqual(after([5]), { requests: 100, events: 5, excess: 0, scale: 0, windows: 0 });
    assert.deepEqual(after([0, 0]), { requests: 200, events: 0, excess: 0, scale: 0, windows: 1 });
  });
  it("is 1 for a count of nothing", () => assert.equal(dispersionFactor(after([2, 4, 0]), 0), 1));
  it("adds the estimate and an allowance for what has not been seen", () => {
    // 1 + 2 (300/200 + 20/100^1.5)
    close(dispersionFactor({ requests: 1000, events: 100, excess: 300, scale: 200, windows: 99 }, 2), 4.04);
  });
  it("allows for no more than the error of the estimate", () => {
    // 1 + 2 (300/200 + sqrt(2/200)), as 20/10^1.5 is more
    close(dispersionFactor({ requests: 1000, events: 100, excess: 300, scale: 200, windows: 9 }, 2), 4.2);
  });
  it("allows for much while nothing is known", () => close(dispersionFactor(NO_DISPERSION, 0.5), 11));
  it("never takes under-dispersion for a gain", () => {
    // 1 + 1 (0 + sqrt(2/50)), as 20/8 is more
    close(dispersionFactor({ requests: 100, events: 50, excess: -40, scale: 50, windows: 3 }, 1), 1.2);
  });
});
