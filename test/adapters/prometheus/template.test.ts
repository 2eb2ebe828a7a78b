import assert from "node:assert/strict";
import fc from "fast-check";
import { fillTemplate } from "../../../adapters/prometheus";

const V1 = { workload: "v1", namespace: "ns" };
const V2 = { workload: "v2", namespace: "ns" };
const minute = { start: 0, end: 60_000, evaluatedAt: 60_000 };

describe("query templates", () => {
  const windows: readonly (readonly [number, number, number, string])[] = [
    [0, 60_000, 60_000, "[60s]"],
    [0, 90_999, 90_999, "[90s]"],
    [0, 999, 999, "[1s]"],
    [5000, 5000, 5000, "[1s]"],
    [9000, 5000, 5000, "[1s]"],
    [0, 60_000, 60_999, "[60s]"],
    [0, 60_000, 61_000, "[60s] offset 1s"],
    [0, 60_000, 125_500, "[60s] offset 65s"],
  ];
  for (const [start, end, evaluatedAt, expected] of windows) {
    it(`${start} to ${end} at ${evaluatedAt}: ${expected}`, () => {
      assert.equal(fillTemplate("[$interval]$offset_str", { start, end, evaluatedAt }, [V1, V2]), expected);
    });
  }

  it("names the labels in their order", () => {
    assert.equal(fillTemplate("by ($entity_labels, le)", minute, [V1, V2]), "by (workload,namespace, le)");
  });
  it("selects both versions", () => {
    assert.equal(fillTemplate("{$entity_selector}", minute, [V1, V2]), "{workload=~'v1|v2',namespace='ns'}");
  });
  it("selects a version that is compared with itself", () => {
    assert.equal(fillTemplate("{$entity_selector}", minute, [V1, V1]), "{workload='v1',namespace='ns'}");
  });
  it("fills in every occurrence, and leaves everything else", () => {
    assert.equal(
      fillTemplate("$interval $interval $intervals $other $$", minute, [V1]),
      "60s 60s $intervals $other $$",
    );
  });
  it("does not fill in what it has filled in", () => {
    const odd = { workload: "$interval" };
    assert.equal(fillTemplate("{$entity_selector}", minute, [odd, odd]), "{workload='$interval'}");
  });
  it("lets no value out of its quotes", () => {
    const bad = { workload: "a'} or vector(0) # \\ \n" };
    assert.equal(
      fillTemplate("{$entity_selector}", minute, [bad, bad]),
      String.raw`{workload='a\'} or vector(0) # \\ \n'}`,
    );
  });
  it("takes every value literally", () => {
    assert.equal(
      fillTemplate("{$entity_selector}", minute, [{ workload: "a.b" }, { workload: "(c|d)*" }]),
      String.raw`{workload=~'a\\.b|\\(c\\|d\\)\\*'}`,
    );
  });
  it("closes every quote that it opens, whatever the value", () => {
    const awkward = fc.string({ unit: fc.constantFrom(..."'\"\\\n\r\t|.*{}$a😀") });
    fc.assert(
      fc.property(awkward, awkward, (a, b) => {
        const text = fillTemplate("$entity_selector", minute, [{ workload: a }, { workload: b }]);
        assert.match(text, /^workload=~?'([^'\\\n]|\\[\\'nrt])*'$/u);
      }),
    );
  });
});
