import assert from "node:assert/strict";
import fc from "fast-check";
import { element, escapeXml } from "../../../simulation/picture/markup";
import { releasePicture } from "../../../simulation/picture/picture";
import { linearScale, logScale, niceTicks } from "../../../simulation/picture/scale";
import { wrap } from "../../../simulation/picture/wrap";
import { traceRelease } from "../../../simulation/release/simulate";
import { namedScenario } from "../../../simulation/scenarios/load";
import { NAMED_SCENARIOS } from "../../../simulation/scenarios/named";
import { criterion, plan, traffic } from "../builders";
import { everything, parseXml } from "./wellFormed";

const BROKEN = traceRelease(plan(), traffic({ candidate: { errorRate: 0.1 } }), 1);

function textsOf(svg: string): readonly string[] {
  return everything(parseXml(svg)).map(({ text }) => text);
}

describe("simulation: picture", () => {
  for (const name of Object.keys(NAMED_SCENARIOS).filter((name) => name !== "sticky-sessions")) {
    it(`of scenario ${name} is well-formed, with numbers only`, () => {
      const { plan, traffic } = namedScenario(name);
      const svg = releasePicture(traceRelease(plan, traffic, 1), name);
      const root = parseXml(svg);
      assert.equal(root.attributes.get("xmlns"), "http://www.w3.org/2000/svg");
      assert.doesNotMatch(svg, /NaN|Infinity|undefined|null/);
    });
  }

  it("tells the verdict, when it fell, and why", () => {
    const texts = textsOf(releasePicture(BROKEN, "A broken one"));
    assert.ok(texts.includes("A broken one"));
    assert.ok(
      texts.some((text) => /^Verdict: rolled back after \d+/.test(text)),
      texts.join("\n"),
    );
    assert.ok(texts.includes(escapeXml(BROKEN.reason)));
    assert.ok(texts.includes("rolled back"));
  });

  it("has a panel for the traffic, and two for each criterion, with axes and a legend", () => {
    const texts = textsOf(releasePicture(BROKEN, "x"));
    for (const title of [
      "Traffic of the candidate",
      "iter8_error_rate",
      "iter8_latency, ms",
      "Evidence on iter8_error_rate (e-value)",
      "Evidence on iter8_latency (e-value)",
      "seconds since the release began",
      "needed to roll back",
      "needed to promote",
      "baseline",
      "confidence band",
      "limit",
    ])
      assert.ok(texts.includes(title), title);
  });

  it("has no evidence where there is none", () => {
    const criteria = [criterion("iter8_error_count", { toleranceType: "threshold", tolerance: 50 })];
    const point = plan({ criteria, analysis: { mode: "point" }, traffic: { strategy: "check_and_increment" } });
    const texts = textsOf(releasePicture(traceRelease(point, traffic(), 1), "x"));
    assert.ok(!texts.some((text) => text.startsWith("Evidence on")));
  });

  it("can be made of a release without a single look", () => {
    const blind = traceRelease(plan(), traffic({ missedScrapes: { share: 1 } }), 1);
    assert.equal(blind.looks.length, 0);
    const texts = textsOf(releasePicture(blind, "x"));
    assert.ok(texts.some((text) => text.startsWith("Verdict: inconclusive after 5m")));
  });

  it("takes any text as a title and reason", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (words) => {
        parseXml(releasePicture({ ...BROKEN, looks: BROKEN.looks.slice(0, 1), reason: words }, words));
      }),
      { numRuns: 50 },
    );
    assert.equal(escapeXml(`<a href="x">'&\u0000`), "&lt;a href=&quot;x&quot;&gt;&apos;&amp;");
    assert.throws(() => element("line", { x1: NaN }), /cannot show NaN/);
  });

  it("has round ticks", () => {
    assert.deepEqual(niceTicks([0, 37]), [0, 10, 20, 30]);
    assert.deepEqual(niceTicks([0, 50]), [0, 10, 20, 30, 40, 50]);
    assert.deepEqual(niceTicks([0, 0.012]), [0, 0.005, 0.01]);
    assert.deepEqual(logScale([0.01, 1e4], [0, 1]).ticks, [0.01, 1, 100, 10000]);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (least, length) => {
          const ticks = niceTicks([least, least + length]);
          assert.ok(ticks.length >= 1 && ticks.length <= 7, `${ticks.join()}`);
        },
      ),
    );
  });

  it("places values in proportion, and what lies beyond at the end", () => {
    const scale = linearScale([0, 10], [100, 0]);
    assert.deepEqual(
      [0, 5, 10, 12, -1].map((value) => scale.at(value)),
      [100, 50, 0, 0, 100],
    );
    assert.deepEqual([scale.holds(10), scale.holds(12)], [true, false]);
    assert.ok(Math.abs(logScale([0.01, 100], [0, 100]).at(1) - 50) < 1e-9);
  });

  it("breaks lines between words", () => {
    assert.deepEqual(wrap("one two three", 7), ["one two", "three"]);
    assert.deepEqual([wrap("", 7), wrap("longerthanthat so", 5)], [[], ["longerthanthat", "so"]]);
  });
});
