import assert from "node:assert/strict";
import {
  histogramQuantile,
  increase,
  latencyQuantile,
  perRequest,
  range,
} from "../../../../bench/decisions/peers/promql";
import { BOUNDS } from "../../../../simulation/traffic/bounds";
import { counters, scrapeAt, steady } from "./scrapes";

const seconds = (scrapes: readonly { readonly at: number }[]): readonly number[] => scrapes.map(({ at }) => at / 1000);

describe("peers' PromQL", () => {
  it("sees four samples in a minute, without the one at its beginning", () => {
    assert.deepEqual(seconds(range(steady(10, 1, 0), 90_000)), [45, 60, 75, 90]);
  });
  it("sees nothing from after the look", () => {
    assert.deepEqual(seconds(range(steady(10, 1, 0), 20_000)), [0, 15]);
  });
  it("counts on from 0 after a restart", () => {
    const scrapes = [5, 9, 2, 4].map((requests, i) => scrapeAt(15 * i, counters(requests, 0)));
    assert.equal(
      increase(scrapes, ({ candidate }) => candidate.requests),
      4 + 2 + 2,
    );
  });
  it("has no increase of a single sample", () => {
    assert.equal(
      increase(steady(1, 5, 0), ({ candidate }) => candidate.requests),
      undefined,
    );
  });
  it("divides increases", () => {
    assert.equal(
      perRequest(steady(4, 20, 1), "candidate", ({ errors }) => errors),
      0.05,
    );
  });
  it("divides nothing by nothing to NaN", () => {
    assert.ok(Number.isNaN(perRequest(steady(4, 0, 0), "candidate", ({ errors }) => errors)));
  });
  it("interpolates inside a bucket", () => {
    // Rank 99 of 100 is half-way from the 98 that take at most 250 ms to the 100 that take at most 500.
    const atMost = BOUNDS.map((bound) => (bound < 500 ? 98 : 100));
    assert.equal(histogramQuantile(0.99, 100, atMost), 375);
  });
  it("begins the first bucket at 0", () =>
    assert.equal(
      histogramQuantile(
        0.5,
        8,
        BOUNDS.map(() => 8),
      ),
      0.25,
    ));
  it("goes no higher than the largest bound", () => {
    const atMost = BOUNDS.map(() => 50);
    assert.equal(histogramQuantile(0.99, 100, atMost), BOUNDS[BOUNDS.length - 1]);
  });
  it("reads a p99 off the scrapes", () => {
    assert.equal(latencyQuantile(steady(4, 100, 0, 80), "candidate", 0.99), 50 + 50 * 0.99);
  });
});
