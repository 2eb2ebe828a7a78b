import assert from "node:assert/strict";
import { calmWithin, Disturbances } from "../../../bench/faults/adversary/disturbances";

describe("the time without disturbances", () => {
  const cases: readonly [string, readonly [number, number][], number][] = [
    ["all of it without any", [], 100],
    ["none during one", [[0, 1000]], 0],
    ["what one leaves", [[130, 150]], 80],
    [
      "with two that overlap",
      [
        [120, 150],
        [140, 170],
      ],
      50,
    ],
    [
      "with one inside another",
      [
        [120, 180],
        [140, 150],
      ],
      40,
    ],
    [
      "with one that began before and one that lasts",
      [
        [0, 110],
        [190, Infinity],
      ],
      80,
    ],
    [
      "with ones before and after",
      [
        [0, 100],
        [200, 300],
      ],
      100,
    ],
  ];
  for (const [what, spans, calm] of cases) {
    it(`is ${what}`, () => {
      assert.equal(
        calmWithin(
          spans.map(([from, to]) => ({ from, to })),
          100,
          200,
        ),
        calm,
      );
    });
  }

  it("is an experiment's own: what happens to all, and to it", () => {
    let now = 0;
    const disturbances = new Disturbances(() => now);
    const endAll = disturbances.begin(undefined, 5);
    disturbances.begin("other", 0);
    now = 10;
    endAll();
    now = 100;
    assert.equal(disturbances.calmIn("own")(0, now), 85);
    assert.equal(disturbances.calmIn("other")(0, now), 0);
  });
});
