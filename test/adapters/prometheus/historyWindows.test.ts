import assert from "node:assert/strict";
import fc from "fast-check";
import { windowsBetween as between, type Moment } from "../../../adapters/prometheus/historyWindows";

const STEP = 10_000;

function windowsBetween(seen: readonly Moment[], stepMs: number, start = 0) {
  return between(seen, stepMs, start);
}

/** Moments a step apart with these numbers of requests so far; undefined: none is known. */
function moments(requests: readonly (number | undefined)[], sampledAt?: (time: number) => number): Moment[] {
  return requests.flatMap((count, i): Moment[] => {
    if (count === undefined) return [];
    const time = i * STEP;
    const totals = { requests: count, events: 0, sum: 0 };
    return [{ time, totals, ...(sampledAt && { sampledAt: sampledAt(time) }) }];
  });
}

/** What steady traffic looks like through scrapes that are so far apart. */
function steady(count: number, scrapeMs: number, offset = 0): Moment[] {
  const sampledAt = (time: number) => Math.floor((time - offset) / scrapeMs) * scrapeMs + offset;
  return moments(
    Array.from({ length: count }, (_, i) => 1e6 + sampledAt(i * STEP) / 100),
    sampledAt,
  );
}

function requests(seen: ReturnType<typeof windowsBetween>): number[] | undefined {
  return seen?.windows.map((window) => window.requests);
}

describe("windows of the past", () => {
  it("are the differences from one moment to the next", () => {
    assert.deepEqual(windowsBetween(moments([5, 10, 12]), STEP), {
      windowMs: STEP,
      windows: [
        { requests: 5, events: 0, sum: 0 },
        { requests: 2, events: 0, sum: 0 },
      ],
    });
  });
  it("have events, sums and buckets, too", () => {
    const totals = (n: number) => ({ requests: 10 * n, events: n, sum: 2.5 * n, buckets: [3 * n, 7 * n] });
    const seen = windowsBetween(
      [1, 2].map((n) => ({ time: n * STEP, totals: totals(n) })),
      STEP,
      STEP,
    );
    assert.deepEqual(seen?.windows, [totals(1)]);
  });
  const left: readonly (readonly [string, readonly (number | undefined)[], readonly number[]])[] = [
    ["none", [], []],
    ["one moment", [5], []],
    ["a counter that went back, and what came next", [5, 10, 3, 900, 904], [5, 4]],
    ["a missing moment, and what came next", [5, 10, undefined, 20, 900, 901], [5, 1]],
    ["the first of young counters", [undefined, 5, 900, 901, 903], [1, 2]],
  ];
  for (const [name, seen, expected] of left) {
    it(`leave out: ${name}`, () => assert.deepEqual(requests(windowsBetween(moments(seen), STEP)), expected));
  }
  it("tell of idle times", () => {
    const seen = [...Array.from({ length: 19 }, (_, i) => i), 18, 19];
    assert.deepEqual(requests(windowsBetween(moments(seen), STEP)), [...Array<number>(18).fill(1), 0, 1]);
  });
  it("leave out numbers that do not go together", () => {
    const totals = [
      { requests: 0, events: 0, sum: 0 },
      { requests: 1, events: 2, sum: 0 },
      { requests: 1, events: 2, sum: 5 },
      { requests: 2, events: 3, sum: 6 },
      { requests: 3, events: 4, sum: 7 },
    ];
    const seen = windowsBetween(
      totals.map((one, i) => ({ time: i * STEP, totals: one })),
      STEP,
    );
    assert.deepEqual(seen?.windows, [{ requests: 1, events: 1, sum: 1 }]);
  });

  for (const [scrape, merged] of [
    [1000, 1],
    [10_000, 1],
    [15_000, 2],
    [20_000, 2],
    [30_000, 3],
    [60_000, 6],
  ] as const) {
    it(`of 10 s with a scrape each ${scrape / 1000} s are merged by ${merged}: steady traffic is no burst`, () => {
      const seen = windowsBetween(steady(121, scrape, 3000), STEP);
      assert.equal(seen?.windowMs, merged * STEP);
      const usual = (merged * STEP) / 100;
      assert.ok(
        requests(seen)?.every((count) => count >= usual / 2 && count <= 1.5 * usual),
        String(requests(seen)),
      );
      assert.equal(seen.windows.length, 120 / merged);
    });
  }
  it("are merged where nothing changes, if no sample's time is known", () => {
    const blind = steady(121, 20_000).map(({ time, totals }) => ({ time, totals }));
    assert.equal(windowsBetween(blind, STEP)?.windowMs, 2 * STEP);
  });
  it("are not merged because of idle times, if the samples' times are known", () => {
    const idle = Array.from({ length: 121 }, (_, i) => Math.min(i, 40) * 10);
    const seen = windowsBetween(
      moments(idle, (time) => time - 500),
      STEP,
    );
    assert.deepEqual([seen?.windowMs, seen?.windows.length], [STEP, 120]);
  });
  it("leave out an outage of the scrapes, and what came to light after it", () => {
    const [from, to] = [400_000, 620_000];
    const sampledAt = (time: number) => (time > from && time < to ? from : time);
    const seen = windowsBetween(
      moments(
        Array.from({ length: 121 }, (_, i) => sampledAt(i * STEP) / 100),
        sampledAt,
      ),
      STEP,
    );
    assert.equal(seen?.windowMs, STEP);
    assert.deepEqual(requests(seen), Array<number>(120 - 23).fill(100));
  });
  it("are not to be had where samples are too far apart", () => {
    assert.equal(windowsBetween(steady(13, 60_000), STEP), undefined);
    assert.equal(windowsBetween(steady(121, 400_000), STEP), undefined);
  });
  it("lose and add no request, and have no number that is none", () => {
    const counts = fc.array(fc.option(fc.nat(50), { nil: undefined }), { maxLength: 60 });
    fc.assert(
      fc.property(counts, (increments) => {
        let total = 0;
        const all = increments.map((more) => (more === undefined ? undefined : (total += more)));
        const seen = windowsBetween(moments(all), STEP);
        const sum = (requests(seen) ?? []).reduce((a, b) => a + b, 0);
        assert.ok(sum <= total);
        assert.ok((requests(seen) ?? []).every((count) => count > 0));
        if (!increments.includes(undefined) && seen?.windowMs === STEP) {
          assert.equal(sum, total - (increments[0] ?? 0));
        }
      }),
    );
  });
});
