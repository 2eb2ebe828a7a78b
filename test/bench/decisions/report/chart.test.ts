import assert from "node:assert/strict";
import { chart, marksAt } from "../../../../bench/decisions/report/chart";
import { placeLabels } from "../../../../bench/decisions/report/labels";
import { cell, results } from "../results";

const run = results(({ id }, { harmless }) => cell(harmless ? id.length * 20 : 1000 - id.length * 30));

/** Checks that tags are closed in order and text holds no bare character of markup; enough for what the bench writes. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>/g,
    (_, end, name: string, __, alone) => {
      if (end === "/") assert.equal(open.pop(), name);
      else if (alone !== "/") open.push(name);
      return "";
    },
  );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]|&(?!amp;|lt;|gt;)/);
}

describe("the bench's chart", () => {
  it("is well-formed", () => assertWellFormed(chart(run)));
  it("has numbers alone in its attributes", () => {
    assert.doesNotMatch(chart(run), /NaN|undefined|Infinity/);
    assert.doesNotMatch(chart(results(() => cell(0))), /NaN|undefined|Infinity/);
  });
  it("has a mark for each rule in each panel", () => {
    assert.equal(chart(run).match(/<circle /g)?.length, marksAt(run, 15_000).length + marksAt(run, 60_000).length);
    assert.equal(marksAt(run, 15_000).length, 9);
  });
  it("takes the worst of the ordinary A/A rows", () => {
    const worst = results((_, row) => {
      if (row.id === "same-0.5" && row.scenario.requestsPerSecond === 100) return cell(300);
      return cell(row.harmless ? (row.group === "adversarial" ? 900 : 10) : 700);
    });
    const serin = marksAt(worst, 15_000).find(({ family }) => family === "Serin");
    assert.deepEqual([serin?.falseRollbacks, serin?.detection], [0.3, 0.7]);
  });
  it("keeps names apart, even of rules at one place", () => {
    const dots = [0, 1, 2, 3].map(() => ({ x: 100, y: 100, width: 60 }));
    const places = placeLabels(dots, { left: 0, top: 0, right: 300, bottom: 300 }, 6);
    assert.equal(new Set(places.map(({ x, y }) => `${x} ${y}`)).size, dots.length);
  });
  it("puts a name to the left where the right is out of the area", () => {
    const [place] = placeLabels([{ x: 280, y: 100, width: 60 }], { left: 0, top: 0, right: 300, bottom: 300 }, 6);
    assert.ok((place?.x ?? 300) + 60 < 280);
  });
});
