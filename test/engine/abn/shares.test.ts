import assert from "node:assert/strict";
import { addPredicted } from "../../../engine/abn/dispersion";
import { posteriors, type Posterior } from "../../../engine/abn/posterior";
import { sharesOf } from "../../../engine/abn/shares";
import { wholePercents } from "../../../engine/abn/wholePercents";
import type { RandomSource } from "../../../engine/random";
import { NO_DISPERSION } from "../../../engine/statistics/dispersion";
import { noRandom, seededRandom } from "../iter8/seededRandom";
import { chance } from "./simulate";

const beta = (alpha: number, b: number): Posterior => ({ kind: "beta", alpha, beta: b });
const normal = (mean: number, sd: number): Posterior => ({ kind: "normal", mean, sd });

describe("wholePercents", () => {
  it("rounds by the largest remainder above the floor", () => {
    assert.deepEqual(wholePercents([0.5, 0.25, 0.25], 5), [48, 26, 26]);
    assert.deepEqual(wholePercents([1, 0, 0], 5), [90, 5, 5]);
    assert.deepEqual(wholePercents([1 / 3, 1 / 3, 1 / 3], 1), [34, 33, 33]);
    assert.deepEqual(wholePercents([0.9, 0.1], 50), [50, 50]);
  });
});

describe("sharesOf", () => {
  it("gives each version the probability of being the best", () => {
    // Of two normals one standard error apart, the better one is best in 0.76 of the draws: P(Z < 1 / sqrt 2).
    const [low, high] = sharesOf("thompson", 2, [normal(0, 1), normal(1, 1)], "higher", seededRandom(1));
    assert.ok(Math.abs((high ?? 0) - 0.76) < 0.04, String(high));
    assert.equal((low ?? 0) + (high ?? 0), 1);
    const [good] = sharesOf("thompson", 2, [normal(0, 1), normal(1, 1)], "lower", seededRandom(1));
    assert.ok(Math.abs((good ?? 0) - 0.76) < 0.04);
  });

  it("gives half to the best and half to the best of the others in topTwo", () => {
    const sure = [beta(1e6, 1e6), beta(3e6, 1e6), beta(1e6, 3e6), beta(2e6, 1e6)];
    assert.deepEqual(sharesOf("topTwo", 4, sure, "higher", seededRandom(1)), [0, 0.5, 0, 0.5]);
    assert.deepEqual(sharesOf("thompson", 4, sure, "higher", seededRandom(1)), [0, 1, 0, 0]);
  });

  it("draws nothing for uniform, nor when nothing can be told", () => {
    assert.deepEqual(sharesOf("uniform", 2, [beta(1, 9), beta(9, 1)], "higher", noRandom), [0.5, 0.5]);
    assert.deepEqual(sharesOf("thompson", 2, undefined, "higher", noRandom), [0.5, 0.5]);
  });

  it("gives versions that are believed to be alike the same", () => {
    for (const split of ["thompson", "topTwo"] as const) {
      const [a, b, c] = sharesOf(split, 3, [beta(5, 5), beta(8, 5), beta(5, 5)], "higher", seededRandom(1));
      assert.equal(a, c);
      assert.ok((b ?? 0) > (a ?? 0));
    }
  });

  it("moves with the versions when they are permuted", () => {
    const beliefs = [beta(5, 9), beta(8, 7), beta(7, 7), beta(2, 3)];
    for (const split of ["thompson", "topTwo"] as const) {
      const shares = sharesOf(split, 4, beliefs, "higher", seededRandom(1));
      const reversed = sharesOf(split, 4, [...beliefs].reverse(), "higher", seededRandom(1));
      assert.deepEqual([...reversed].reverse(), shares);
    }
  });

  it("lets a draw that is no number win against none", () => {
    const broken: RandomSource = { ...noRandom, normal: (mean) => (mean === 2 ? NaN : mean) };
    assert.deepEqual(sharesOf("thompson", 2, [normal(1, 1), normal(2, 1)], "higher", broken), [1, 0]);
    const worse: RandomSource = { ...noRandom, normal: () => NaN };
    assert.deepEqual(sharesOf("topTwo", 2, [normal(1, 1), normal(2, 1)], "higher", worse), [0.5, 0.5]);
  });
});

describe("posteriors", () => {
  const reward = {
    requests: 10,
    events: 4,
    sum: 30,
    batches: 3,
    squares: 8,
    dispersion: { events: NO_DISPERSION, others: NO_DISPERSION },
  };
  const unseen = { ...reward, requests: 0, events: 0, sum: 0, batches: 0, squares: 0 };
  const of = (...rewards: (typeof reward)[]) =>
    rewards.map((seen, i) => ({ version: `v${i}`, reward: seen, criteria: [] }));
  const calibration = { squares: 0, freedom: 0 };

  it("adds a uniform prior to a ratio", () => {
    assert.deepEqual(posteriors({ kind: "ratio", calibration }, of(reward)), [beta(5, 7)]);
    assert.deepEqual(posteriors({ kind: "ratio", calibration }, of(unseen)), [beta(1, 1)]);
  });

  it("takes the standard error of a mean from the batches", () => {
    assert.deepEqual(posteriors({ kind: "mean", calibration }, of(reward)), [normal(3, 2 / Math.sqrt(10))]);
    const withPast = { squares: 10, freedom: 16 };
    assert.deepEqual(posteriors({ kind: "mean", calibration: withPast }, of(reward)), [normal(3, 1 / Math.sqrt(10))]);
  });

  it("believes a version without requests to be like the others", () => {
    assert.deepEqual(posteriors({ kind: "mean", calibration }, of(reward, unseen))?.[1], normal(3, 2));
  });

  it("tells nothing before there is a variance", () => {
    assert.equal(posteriors({ kind: "mean", calibration }, of({ ...reward, batches: 1, squares: 0 })), undefined);
    assert.equal(posteriors({ calibration }, of(unseen)), undefined);
  });
});

describe("addPredicted", () => {
  it("expects no excess of independent requests, however much the share grows", () => {
    const { binomial } = chance(3);
    let excess = 0;
    for (let i = 0; i < 4000; i++) {
      const first = addPredicted(NO_DISPERSION, 100, binomial(100, 0.02));
      excess += addPredicted(first, 1000, binomial(1000, 0.02)).excess;
    }
    // 20 events are expected of a window, so the excess of one has a standard deviation of about 28, that of the mean 0.45.
    assert.ok(Math.abs(excess / 4000) < 2, String(excess / 4000));
  });
});
