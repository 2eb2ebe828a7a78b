import assert from "node:assert/strict";
import { MEASURES, readFlags } from "../../../bench/dataPlane/flags";

const read = (...words: readonly string[]) => readFlags(["node", "main.js", ...words]);

describe("the data plane bench's options", () => {
  it("ask for everything when none is given", () => {
    const { runs, concurrency, only } = read();
    assert.deepEqual([runs, concurrency, only], [50, 3, MEASURES]);
  });
  it("may ask for some measures", () => {
    assert.deepEqual(read("--only", "cpu,reaction").only, ["cpu", "reaction"]);
  });
});
