import assert from "node:assert/strict";
import fc from "fast-check";
import { formatDuration, parseDuration, parseDurationOrZero } from "../../engine";

describe("durations", () => {
  const valid: readonly (readonly [string, number])[] = [
    ["30s", 30_000],
    ["1m", 60_000],
    ["1m30s", 90_000],
    ["2h", 7_200_000],
    ["1h1m1s1ms", 3_661_001],
    ["1.5h", 5_400_000],
    ["0.5s", 500],
    ["0h5s", 5000],
    ["250ms", 250],
  ];
  for (const [text, ms] of valid) {
    it(`reads ${text} as ${ms} ms`, () => assert.equal(parseDuration(text), ms));
  }

  for (const text of [
    "",
    "30",
    "0s",
    "0",
    "s",
    "1m30",
    "-1s",
    "+1s",
    " 1s",
    "1s ",
    "1 s",
    "1d",
    "1S",
    ".5s",
    "5.s",
    "1e3s",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }

  it("never answers with something that is not a positive, finite number", () => {
    assert.equal(parseDuration(`1${"0".repeat(400)}h`), undefined);
  });

  it("may be zero where zero switches something off, and are the same otherwise", () => {
    for (const text of ["0s", "0ms", "0.0h", "0m0s"]) assert.equal(parseDurationOrZero(text), 0, text);
    for (const [text, ms] of valid) assert.equal(parseDurationOrZero(text), ms, text);
    for (const text of ["", "0", "-1s", "s", "1m30"]) assert.equal(parseDurationOrZero(text), undefined, text);
  });

  const shown: readonly (readonly [number, string])[] = [
    [1, "1ms"],
    [999, "999ms"],
    [1500, "1.5s"],
    [60_000, "1m"],
    [90_000, "1m30s"],
    [3_600_000, "1h"],
    [3_661_000, "1h1m1s"],
  ];
  for (const [ms, text] of shown) {
    it(`writes ${ms} ms as ${text}`, () => assert.equal(formatDuration(ms), text));
  }

  it("writes what it reads, to the second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 6 }), (seconds) => {
        assert.equal(parseDuration(formatDuration(seconds * 1000)), seconds * 1000);
      }),
    );
  });
});
