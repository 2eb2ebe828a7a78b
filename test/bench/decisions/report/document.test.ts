import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as prettier from "prettier";
import { report, splice } from "../../../../bench/decisions/report/document";
import { cell, results } from "../results";

const DOCUMENT = "docs/decisions.md";
const mixed = results(({ family, id }, { harmless }) => {
  if (family === "Serin") return cell(harmless ? 12 : 950, 33);
  return cell(harmless ? 500 : id === "Flagger T1 15" ? 980 : id.length * 50, id.length);
});

describe("the bench's document", () => {
  it("has its generated part replaced, and the rest kept", () => {
    const before = readFileSync(DOCUMENT, "utf8");
    const once = splice(before, "ONE");
    const twice = splice(once, "TWO");
    assert.ok(once.includes("\n\nONE\n\n"));
    assert.ok(!twice.includes("ONE"));
    assert.equal(twice, splice(before, "TWO"));
    assert.ok(twice.startsWith("# "));
  });
  it("needs its marks", () => assert.throws(() => splice("# No marks\n", "x"), /needs the lines/));
  it("is formatted as it is written", async () => {
    const text = splice(readFileSync(DOCUMENT, "utf8"), report(mixed));
    const options = (await prettier.resolveConfig(DOCUMENT)) ?? {};
    assert.ok(await prettier.check(text, { ...options, parser: "markdown" }));
  });
  it("says under what it was made", () => {
    assert.ok(report(mixed).startsWith("Serin 1.2.3, seed 4, 1000 releases a cell."));
  });
  it("states Serin's cost of a gross failure beside the fastest peer's", () => {
    assert.match(
      report(mixed),
      /\*\*Errors 0\.1→10 %\*\* at 20 requests\/s\. With a look every 15 s the fastest peer, Flagger T1, takes 60 s and 13 candidate requests; Serin takes 60 s and 33, 2\.54 times as many\./,
    );
  });
  it("has neither NaN nor undefined in it, whatever is missing", () => {
    const runs = [
      mixed,
      results(() => cell(0)),
      results(
        () => cell(5),
        ({ id }) => id === "tail",
      ),
    ];
    for (const run of runs) assert.doesNotMatch(report(run), /NaN|undefined|Infinity/);
  });
  it("says n/a where a rule has no part", () => {
    const text = report(
      results(
        () => cell(5),
        ({ id }) => id === "latency-2",
      ),
    );
    assert.match(text, /\| Iter8 +\|(.*)n\/a/);
  });
});
