import assert from "node:assert/strict";
import { VIRTUAL_SERVICES, type VirtualService } from "../../adapters/istio/rules";
import { startPart, stopPart } from "../../sandbox/cluster";
import { GOOD, ReleaseFixture, SERVICE, until } from "./support/releaseFixture";
import { endSandboxAfterwards } from "./support/sharedSandbox";

/** A release of v2 against v1, under way with a share of its own. */
async function underWay(
  name: string,
): Promise<{ fixture: ReleaseFixture; up: ReturnType<ReleaseFixture["stack"]["up"]> }> {
  const fixture = await ReleaseFixture.create(name);
  await fixture.want("v1", GOOD);
  assert.equal((await fixture.stack.up()).code, 0);
  await fixture.want("v2", GOOD);
  const up = fixture.stack.up();
  await until("the candidate has a share", async () => (await candidateShare(fixture)) > 0);
  return { fixture, up };
}

async function candidateShare(fixture: ReleaseFixture): Promise<number> {
  return (await shares(fixture))["candidate"] ?? 0;
}

async function shares(fixture: ReleaseFixture): Promise<Record<string, number>> {
  const { spec } = await fixture.virtualService();
  const route = spec.http?.[0]?.route ?? [];
  return Object.fromEntries(route.map(({ destination, weight }) => [destination.subset ?? "", weight ?? 0]));
}

/** Sends a share of the traffic to a subset by hand, as `kubectl edit` would. */
async function editByHand(fixture: ReleaseFixture, weights: Readonly<Record<string, number>>): Promise<void> {
  const route = Object.entries(weights).map(([subset, weight]) => ({ destination: { host: SERVICE, subset }, weight }));
  const { metadata } = await fixture.virtualService();
  await fixture.client.merge<VirtualService>(VIRTUAL_SERVICES, fixture.namespace, metadata.name, {
    spec: { http: [{ route }] },
  });
}

describe("a release that the world interferes with", function () {
  endSandboxAfterwards();
  this.timeout(240_000);

  it("holds the weight while Prometheus is down, says so, and goes on when it is back", async () => {
    const { fixture, up } = await underWay("outage");
    const { dir } = fixture.sandbox;
    await stopPart(dir, "prometheus");
    let held: number;
    try {
      await until("the outage is recorded", async () =>
        (await fixture.events()).some(({ reason }) => reason === "AnalyticsServiceError"),
      );
      held = await candidateShare(fixture);
      const [before] = await fixture.experiments();
      await new Promise((resolve) => setTimeout(resolve, 6000)); // three iterations' time
      const [after] = await fixture.experiments();
      assert.equal(after?.status?.currentIteration, before?.status?.currentIteration);
      assert.equal(await candidateShare(fixture), held);
    } finally {
      await startPart(dir, "prometheus");
    }
    const { code, stdout } = await up;
    assert.equal(code, 0, stdout);
    assert.match(stdout, /AnalyticsServiceError: .*(does not answer|refused)/);
    assert.match(stdout, /AnalyticsServiceRunning/);
    assert.equal((await fixture.stack.outputs())["verdict"], "promoted");
  });

  it("ends as inconclusive, traffic on the baseline, when Prometheus is gone for good", async () => {
    const fixture = await ReleaseFixture.create("gone");
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    await fixture.want("v2", GOOD);
    await fixture.stack.configure({ prometheusUrl: "http://127.0.0.1:9", maxStall: "3s" });
    const up = await fixture.stack.up();
    assert.notEqual(up.code, 0);
    assert.match(up.stdout, /could not be judged: No usable metrics for 3s/);
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "inconclusive");
    assert.match(String(outputs["stableVersion"]), /^reviews-v1-/);
    assert.deepEqual(await shares(fixture), { stable: 100 });
  });

  it("puts a route that was changed by hand right, and reports it", async () => {
    const { fixture, up } = await underWay("edit");
    await editByHand(fixture, { baseline: 5, candidate: 95 });
    await until("the route is put right", async () => (await candidateShare(fixture)) !== 95, 5_000);
    const { code, stdout } = await up;
    assert.equal(code, 0, stdout);
    assert.match(stdout, /RoutingRulesError: The route was changed by somebody else and has been put right/);
    assert.ok((await fixture.events()).some(({ reason }) => reason === "RoutingRulesError"));
  });

  it("lets `pulumi refresh` report a route that was changed after the release, and the next up put it right", async () => {
    const fixture = await ReleaseFixture.create("drift");
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    await editByHand(fixture, { stable: 60, other: 40 });
    const refresh = await fixture.stack.refresh();
    assert.equal(refresh.code, 0, refresh.stdout);
    const version = String((await fixture.stack.outputs())["stableVersion"]);
    assert.ok(
      refresh.stdout.includes(`has changed: ${version} 60 %, other 40 %; it was ${version} 100 %`),
      refresh.stdout,
    );
    const expectation = await fixture.stack.preview();
    assert.match(expectation.stdout, /serin:CanaryRelease reviews update/);
    const up = await fixture.stack.up();
    assert.equal(up.code, 0, up.stdout);
    assert.deepEqual(await shares(fixture), { stable: 100 });
    assert.deepEqual((await fixture.stack.outputs())["weights"], { [version]: 100 });
  });
});
