import assert from "node:assert/strict";
import { DEPLOYMENTS } from "../../../adapters/kubernetes/paths";
import { BAD, GOOD, ReleaseFixture, until } from "../support/releaseFixture";
import { endSandboxAfterwards, sharedSandbox } from "../support/sharedSandbox";
import { assertNothingLost, assertSharesAsAsked } from "./support";

describe("a release under 500 requests a second, through Envoy", function () {
  endSandboxAfterwards();
  this.timeout(180_000);

  let fixture: ReleaseFixture;

  before(async () => {
    await sharedSandbox("envoy");
    fixture = await ReleaseFixture.create("load", 500);
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
  });

  it("goes from nothing to everything, and each request is answered by a pod, in the shares asked for", async () => {
    await fixture.want("v2", GOOD);
    const up = await fixture.stack.up();
    assert.equal(up.code, 0, up.stdout);
    assert.equal((await fixture.stack.outputs())["verdict"], "promoted");
    const weights = (await fixture.routes()).map(({ weights }) => weights["candidate"]).filter((weight) => weight);
    assert.deepEqual(weights, [20, 40, 60, 80]);
    await assertSharesAsAsked(fixture);
    await assertNothingLost(fixture, 5_000);
  });

  it("goes back from a failing candidate, and no request fails but those that the candidate itself answered", async () => {
    await fixture.want("v3", BAD);
    const up = await fixture.stack.up();
    assert.notEqual(up.code, 0);
    assert.equal((await fixture.stack.outputs())["verdict"], "rolledBack");
    await assertSharesAsAsked(fixture);
    await assertNothingLost(fixture, 7_000);
  });

  it("is counted by the caller's side, where it is served, and by Envoy itself", async () => {
    const ofVersion = `destination_service_namespace="${fixture.namespace}",destination_version="v2"`;
    const count = (metric: string) => fixture.query(`sum(${metric})`);
    const [source, destination] = await Promise.all(
      ["source", "destination"].map((reporter) => count(`istio_requests_total{reporter="${reporter}",${ofVersion}}`)),
    );
    const served = Object.entries(await fixture.requests()).find(([name]) => name.startsWith("reviews-v2"))?.[1] ?? 0;
    // They are scraped at different moments, some seconds apart at the most.
    for (const seen of [source, destination]) {
      assert.ok(seen !== undefined && seen <= served && seen > served - 5_000, `${seen} of ${served} requests`);
    }
    const cluster = `cluster_name=~"outbound.*reviews.${fixture.namespace}.svc.cluster.local"`;
    assert.ok((await count(`envoy_cluster_upstream_rq_total{${cluster}}`)) > 1_000);
  });

  it("would show it if a version were removed before its traffic", async () => {
    const early = await ReleaseFixture.create("early", 500);
    await early.deploy("reviews-v1", "v1", GOOD);
    await early.deploy("reviews-v2", "v2", GOOD);
    await early.stack.configure({ baseline: "reviews-v1", candidate: "reviews-v2", removeLoser: "false" });
    const up = early.stack.up();
    await until("the candidate answers", async () => ((await early.requests())["reviews-v2"] ?? 0) > 100);
    await until("a weight is in effect", async () =>
      (await early.splits()).some(({ asked }) => asked["reviews-v2"] === 20),
    );
    await early.client.delete(DEPLOYMENTS, early.namespace, "reviews-v2");
    await up;
    const { lost } = await early.traffic();
    assert.ok(
      Object.values(lost).some((count) => count > 0),
      "no request was lost",
    );
  });
});
