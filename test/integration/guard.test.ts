import assert from "node:assert/strict";
import { GOOD, ReleaseFixture, until, type MeshRoute } from "./support/releaseFixture";
import { endSandboxAfterwards } from "./support/sharedSandbox";

/** The first route, from a place in the log on, that gave a workload a share. */
function firstShare(routes: readonly MeshRoute[], workload: string, from = 0): MeshRoute {
  const found = routes
    .slice(from)
    .find(({ weights, workloads }) =>
      Object.entries(weights).some(([key, weight]) => weight > 0 && workloads[key]?.includes(workload)),
    );
  assert.ok(found, `${workload} never got a share`);
  return found;
}

describe("the guard: no request reaches the candidate before the first iteration", function () {
  endSandboxAfterwards();
  this.timeout(180_000);

  it("when the release owns the workload", async () => {
    const fixture = await ReleaseFixture.create("guard-own");
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    await fixture.want("v2", GOOD);
    const up = await fixture.stack.up();
    assert.equal(up.code, 0, up.stdout);
    const candidate = String((await fixture.stack.outputs())["candidateVersion"]);
    assert.equal(firstShare(await fixture.routes(), candidate).requestsByWorkload[candidate] ?? 0, 0);
    assert.ok(((await fixture.requests())[candidate] ?? 0) > 100, "the candidate got its traffic afterwards");
  });

  it("when a candidate that something else deploys is Ready long before the experiment exists", async () => {
    const fixture = await ReleaseFixture.create("guard-pair");
    await fixture.deploy("reviews-v1", "v1", GOOD);
    await fixture.stack.configure({ baseline: "reviews-v1", candidate: "reviews-v2" });
    const waiting = fixture.stack.up();
    await until("the guard is in place", async () => (await fixture.experiments()).length === 1);
    await until("the mesh follows it", async () =>
      (await fixture.routes()).some(({ weights }) => weights["stable"] === 100),
    );
    await fixture.deploy("reviews-v2", "v2", GOOD);
    const up = await waiting;
    assert.equal(up.code, 0, up.stdout);
    assert.equal(firstShare(await fixture.routes(), "reviews-v2").requestsByWorkload["reviews-v2"] ?? 0, 0);

    // The next candidate is up before its experiment: the route that the last release left is its guard.
    await fixture.deploy("reviews-v3", "v3", GOOD);
    await until("v3 had a chance to get requests", async () => ((await fixture.requests())["reviews-v2"] ?? 0) > 2000);
    assert.equal((await fixture.requests())["reviews-v3"] ?? 0, 0);
    await fixture.stack.configure({ baseline: "reviews-v2", candidate: "reviews-v3" });
    const next = await fixture.stack.up();
    assert.equal(next.code, 0, next.stdout);
    assert.equal(firstShare(await fixture.routes(), "reviews-v3").requestsByWorkload["reviews-v3"] ?? 0, 0);
  });

  it("stops at once what both versions got while there was no route at all", async () => {
    const fixture = await ReleaseFixture.create("guard-late");
    await fixture.deploy("reviews-v1", "v1", GOOD);
    await fixture.deploy("reviews-v2", "v2", GOOD);
    await until("both got requests", async () => ((await fixture.requests())["reviews-v2"] ?? 0) > 50);
    await fixture.stack.configure({ baseline: "reviews-v1", candidate: "reviews-v2" });
    const up = await fixture.stack.up();
    assert.equal(up.code, 0, up.stdout);
    const routes = await fixture.routes();
    const guard = routes.findIndex(({ weights }) => weights["stable"] === 100);
    assert.ok(guard >= 0, "there was no guard");
    if (fixture.sandbox.dataPlane === "envoy") {
      // Real proxies hear of the guard a moment later.
      const guarded = (await fixture.splits()).find(({ at }) => at === routes[guard]?.at);
      assert.deepEqual(guarded?.asked, { "reviews-v1": 100 });
      assert.equal(guarded.seen["reviews-v2"] ?? 0, 0);
      return;
    }
    const share = firstShare(routes, "reviews-v2", guard);
    assert.equal(share.requestsByWorkload["reviews-v2"], routes[guard]?.requestsByWorkload["reviews-v2"]);
  });
});
