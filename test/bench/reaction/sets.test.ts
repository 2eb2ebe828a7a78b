import assert from "node:assert/strict";
import { planOf } from "../../../adapters/kubernetes/experiment/read";
import { experimentObject } from "../../../bench/reaction/experiment";
import { releasesOfSet, SETS, spread, TURN, type ReactionSet } from "../../../bench/reaction/sets";
import { experimentKey } from "../../../bench/scale/load/releases";

describe("the releases whose reaction is measured", () => {
  const [set] = SETS as readonly [ReactionSet];

  it("have names of their own in every set, and the same baselines", () => {
    const [one, two] = [releasesOfSet(set, 1, 12), releasesOfSet(set, 2, 12)];
    assert.equal(new Set([...one, ...two].map(experimentKey)).size, 24);
    assert.deepEqual(
      one.map(({ baseline }) => baseline),
      two.map(({ baseline }) => baseline),
    );
  });
  it("have candidates that are faultless until they turn bad at 10 % or more", () => {
    for (const { behaviour, traffic } of releasesOfSet(set, 1, 50)) {
      assert.equal(behaviour, "turnsBad");
      assert.deepEqual([traffic?.goodErrorRate, traffic?.badErrorRate, traffic?.turnsBadAt], [0, set.errorRate, 10]);
      assert.ok((traffic?.turnsBadAfterMs ?? -1) >= 0 && (traffic?.turnsBadAfterMs ?? NaN) < TURN.withinMs);
    }
  });
  it("begin and turn bad at moments that fill their time evenly", () => {
    const points = Array.from({ length: 64 }, (_, i) => spread(i));
    const cells = new Set(points.map(({ start, turn }) => `${Math.floor(4 * start)} ${Math.floor(4 * turn)}`));
    assert.equal(cells.size, 16);
  });
  it("are guarded, by the sequential analysis of a second, and judged by what the set says", () => {
    const [release] = releasesOfSet(set, 1, 1);
    assert.ok(release);
    for (const each of SETS) {
      const { traffic, analysis, criteria } = planOf(experimentObject(release, each, "http://prometheus"));
      assert.deepEqual([traffic.strategy, traffic.intervalMs, analysis.mode], ["guarded", 1_000, "sequential"]);
      assert.equal(criteria.length, each.withLatency ? 2 : 1);
    }
  });
});
