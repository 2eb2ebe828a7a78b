import assert from "node:assert/strict";
import { boundsNote } from "../../../engine/sequential/boundsNote";

describe("a percentile's threshold", () => {
  const bounds = [100, 250, 500];
  for (const [tolerance, among, text] of [
    [250, bounds, undefined],
    [300, bounds, "p99: 300 is no bucket bound; harm is counted from 500, safety from 250 (bounds: 100, 250, 500)"],
    [
      50,
      bounds,
      "p99: 50 is no bucket bound; harm is counted from 100, safety cannot be shown (bounds: 100, 250, 500)",
    ],
    [
      900,
      bounds,
      "p99: 900 is no bucket bound; harm cannot be seen, safety is counted from 500 (bounds: 100, 250, 500)",
    ],
    [900, [], "p99: 900 is no bucket bound; harm cannot be seen, safety cannot be shown (bounds: none)"],
  ] as const) {
    it(`of ${tolerance} among ${among.join(", ") || "none"}`, () => {
      assert.equal(boundsNote("p99", tolerance, among), text);
    });
  }
});
