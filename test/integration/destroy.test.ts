import assert from "node:assert/strict";
import { GOOD, ReleaseFixture } from "./support/releaseFixture";
import { upUntil } from "./support/upUntil";
import { endSandboxAfterwards } from "./support/sharedSandbox";

describe("pulumi destroy in mid-release", function () {
  endSandboxAfterwards();
  this.timeout(180_000);

  it("gives all traffic back to the baseline, of Deployments that something else made", async () => {
    const fixture = await ReleaseFixture.create("destroy-pair");
    await fixture.deploy("reviews-v1", "v1", GOOD);
    await fixture.deploy("reviews-v2", "v2", GOOD);
    await fixture.stack.configure({ baseline: "reviews-v1", candidate: "reviews-v2" });
    // Killed in the very first update: Pulumi has not yet been told that there is a release.
    assert.ok(await upUntil(fixture, ({ share }) => share === 40));
    await fixture.stack.cancel();
    const destroy = await fixture.stack.destroy();
    assert.equal(destroy.code, 0, destroy.stdout + destroy.stderr);
    await expectBaselineAlone(fixture, { app: "reviews", version: "v1" });
    assert.equal((await fixture.deployments()).length, 2, "it removes nothing that it did not make");
  });

  it("keeps the baseline and removes the candidate of a workload that the release owns", async () => {
    const fixture = await ReleaseFixture.create("destroy-own");
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    const stable = String((await fixture.stack.outputs())["stableVersion"]);
    await fixture.want("v2", GOOD);
    assert.ok(await upUntil(fixture, ({ share }) => share === 40));
    await fixture.stack.cancel();
    const destroy = await fixture.stack.destroy();
    assert.equal(destroy.code, 0, destroy.stdout + destroy.stderr);
    const [baseline, ...others] = await fixture.deployments();
    assert.equal(baseline?.metadata.name, stable);
    assert.deepEqual(others, []);
    await expectBaselineAlone(fixture, baseline.spec.template.metadata?.labels ?? {});
  });

  it("leaves nothing when that was asked for", async () => {
    const fixture = await ReleaseFixture.create("destroy-all");
    await fixture.stack.configure({ onDestroy: "delete" });
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    const destroy = await fixture.stack.destroy();
    assert.equal(destroy.code, 0, destroy.stdout + destroy.stderr);
    assert.deepEqual(await fixture.deployments(), []);
    await assert.rejects(fixture.virtualService(), { status: 404 });
  });
});

async function expectBaselineAlone(fixture: ReleaseFixture, labels: Readonly<Record<string, string>>): Promise<void> {
  assert.deepEqual(await fixture.experiments(), []);
  const { spec } = await fixture.virtualService();
  const route = spec.http?.[0]?.route?.map(({ destination, weight }) => [destination.subset, weight]);
  assert.deepEqual(route, [["stable", 100]]);
  const subsets = (await fixture.destinationRule()).spec.subsets;
  assert.deepEqual(subsets, [{ name: "stable", labels }]);
}
