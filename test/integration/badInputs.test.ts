import assert from "node:assert/strict";
import { GOOD, ReleaseFixture } from "./support/releaseFixture";
import { endSandboxAfterwards } from "./support/sharedSandbox";

/** Configuration that cannot be used, and what the refusal must say: field, value, what is allowed. */
const BY_THEMSELVES: readonly [key: string, value: string, says: RegExp][] = [
  ["traffic.interval", "30", /'traffic\.interval' \(30\) must be a duration with its unit/],
  ["traffic.step", "-5", /'traffic\.step' \(-5\) must be at least 1/],
  ["traffic.maxWeight", "101", /'traffic\.maxWeight' \(101\) must be at most 100/],
  ["traffic.maxIterations", "0", /'traffic\.maxIterations' \(0\) must be at least 1/],
  ["traffic.strategy", "yolo", /'traffic\.strategy' \(yolo\) must be one of guarded, check_and_increment/],
  ["traffic.speed", "9", /'traffic\.speed' \(9\) is not a known setting; known are strategy, interval/],
  ["criteria[0].threshold", "fast", /'criteria\[0\]\.threshold' \("fast"\) must be a number/],
  ["criteria[0].sampleSize", "-1", /'criteria\[0\]\.sampleSize' \(-1\) must be at least 0/],
  ["criteria[2].metric", "iter8_latency", /'criteria\[2\]' \(.*\) must have either 'threshold' or 'delta'/],
  ["prometheusUrl", "prometheus:9090", /'prometheusUrl' \(prometheus:9090\) must be an http or https URL/],
  ["maxStall", "soon", /'maxStall' \(soon\) must be a/],
  ["gracePeriod", "-2s", /'gracePeriod' \(-2s\) must be a/],
];

const IN_THE_CLUSTER: readonly [config: Readonly<Record<string, string>>, says: RegExp][] = [
  [{ namespace: "nowhere" }, /'namespace' \(nowhere\) does not exist/],
  [{ "criteria[0].metric": "my_metric" }, /'criteria\[0\]\.metric' \(my_metric\) is not defined: .*iter8_latency/],
  [{ routingReference: "mine" }, /'routingReference' \(mine\) is no VirtualService in namespace/],
  [{ baseline: "a", candidate: "a" }, /'candidate' \(a\) must be another Deployment than 'baseline' \(a\)/],
  [{ baseline: "a", candidate: "b" }, /'service' \(reviews\) selects the pods of no Deployment/],
  [{ service: "ratings", baseline: "a", candidate: "b" }, /'service' \(ratings\) is no Service in namespace/],
];

describe("input that cannot be used", function () {
  this.timeout(180_000);
  endSandboxAfterwards();
  it("is refused by `pulumi preview`, every mistake by field, value and what is allowed, all at once", async () => {
    const fixture = await ReleaseFixture.create("bad");
    await fixture.want("v1", GOOD);
    await fixture.stack.configure(Object.fromEntries(BY_THEMSELVES.map(([key, value]) => [key, value])));
    const { code, stdout } = await fixture.stack.preview();
    assert.notEqual(code, 0);
    for (const [, , says] of BY_THEMSELVES) assert.match(stdout, says);
  });

  for (const [config, says] of IN_THE_CLUSTER) {
    it(`is refused by \`pulumi up\` before anything is created: ${JSON.stringify(config)}`, async () => {
      const one = await ReleaseFixture.create("bad");
      if (config["candidate"] === undefined) await one.want("v1", GOOD);
      await one.stack.configure(config);
      const { code, stdout } = await one.stack.up();
      assert.notEqual(code, 0);
      assert.match(stdout, says);
      assert.doesNotMatch(stdout, /CanaryGuard reviews-guard created/);
      assert.deepEqual(await one.deployments(), []);
      assert.deepEqual(await one.experiments(), []);
      await assert.rejects(one.virtualService(), { status: 404 });
    });
  }

  it("is told of in the preview where the cluster may still change before the update", async () => {
    const one = await ReleaseFixture.create("bad");
    await one.want("v1", GOOD);
    await one.stack.configure({ namespace: "not-yet" });
    const { code, stdout } = await one.stack.preview();
    assert.equal(code, 0);
    assert.match(stdout, /will be refused unless it changes before the update: 'namespace' \(not-yet\) does not exist/);
  });

  it("of the configuration is refused by the name of its key", async () => {
    const one = await ReleaseFixture.create("bad");
    await one.want("v1", GOOD);
    await one.stack.configure({ imagee: "reviews:v9" });
    const { code, stdout } = await one.stack.preview();
    assert.notEqual(code, 0);
    assert.match(stdout, /'imagee' \(reviews:v9\) is not known; known are service, namespace, image/);
  });
});
