import assert from "node:assert/strict";
import { BAD, GOOD, ReleaseFixture } from "./support/releaseFixture";
import { upUntil, type Sight } from "./support/upUntil";
import { WeightSampler } from "./support/weightSampler";
import { endSandboxAfterwards } from "./support/sharedSandbox";

type Moment = readonly [name: string, reached: (sight: Sight) => boolean];

const iteration = (n: number, { experiment }: Sight) => (experiment?.status?.currentIteration ?? 0) >= n;
const recorded = ({ experiment }: Sight) => experiment?.status?.trafficSplitPercentage?.candidate ?? 0;

/** Moments of a release, in their order. Between record and route is a matter of milliseconds, hence several tries. */
const MOMENTS: readonly Moment[] = [
  ["before anything was done", () => true],
  ["when the candidate was created", ({ versions }) => versions > 1],
  ["when the experiment was created", ({ experiment }) => experiment !== undefined],
  ["between the first record and its route", (s) => recorded(s) === 20],
  ["when the first share was routed", (s) => s.share === 20],
  ["between the second record and its route", (s) => recorded(s) === 40],
  ["in the third iteration", (s) => iteration(3, s) && s.share === 60],
  ["between a record and its route, once more", (s) => recorded(s) === 80],
  ["when the verdict was recorded", ({ experiment }) => experiment?.status?.serin?.verdict !== undefined],
  ["while the loser had its grace", (s) => s.experiment?.status?.serin?.stage === "ending" && s.isStable],
];

describe("a release whose `pulumi up` is killed", function () {
  endSandboxAfterwards();
  this.timeout(400_000);

  it("is resumed as recorded, ten times over, and reaches the right verdict", async () => {
    const fixture = await ReleaseFixture.create("kill");
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    await fixture.want("v2", GOOD);
    const sampler = new WeightSampler(fixture);
    const kills: string[] = [];
    for (const [name, reached] of MOMENTS) {
      if (await upUntil(fixture, reached)) kills.push(name);
      await fixture.stack.cancel();
    }
    const last = await fixture.stack.up();
    const shares = await sampler.stop();

    assert.deepEqual(
      kills,
      MOMENTS.map(([name]) => name),
      "every kill came in time",
    );
    assert.equal(last.code, 0, last.stdout);
    assert.deepEqual(sampler.sums, [100], "the weights always sum to 100");
    assert.deepEqual(shares, [0, 20, 40, 60, 80, 0], "no step is skipped or repeated (at last: stable alone)");
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "promoted");
    const [experiment] = await fixture.experiments();
    const history = experiment?.status?.serin?.history ?? [];
    assert.deepEqual(
      history.map((entry) => entry.iteration),
      [1, 2, 3, 4, 5],
      "no iteration is skipped or repeated",
    );
    for (const { startedAt, assessedAt } of history) {
      assert.ok(Date.parse(assessedAt) - Date.parse(startedAt) >= 2000, "no iteration is cut short");
    }
    const names = (await fixture.deployments()).map(({ metadata }) => metadata.name);
    assert.deepEqual(names, [outputs["stableVersion"]]);
  });

  it("rolls a bad candidate back all the same", async () => {
    const fixture = await ReleaseFixture.create("kill-bad");
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    await fixture.want("v2", BAD);
    assert.ok(await upUntil(fixture, (s) => s.share === 20));
    await fixture.stack.cancel();
    const last = await fixture.stack.up();
    assert.notEqual(last.code, 0);
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "rolledBack");
    assert.deepEqual(outputs["weights"], { [String(outputs["stableVersion"])]: 100 });
  });
});
