import assert from "node:assert/strict";
import { DEPLOYMENTS } from "../../../adapters/kubernetes/paths";
import {
  ControllerFixture,
  endControllersAfterwards,
  hasCondition,
  startController,
} from "../support/controllerFixture";
import { endSandboxAfterwards } from "../support/sharedSandbox";
import { carryOut } from "./release";

const APP = "iter8-demo";
const CRITERION = { metricName: "iter8_latency", toleranceType: "threshold", tolerance: 200, sampleSize: 6 };

/** A mean response time of about as many ms. */
const taking = (ms: string) => ({ "latency-p50-ms": ms });

describe("the demo of Iter8 in a Tekton pipeline, without metrics of its own", function () {
  this.timeout(120_000);
  endControllersAfterwards();
  endSandboxAfterwards();
  let fixture: ControllerFixture;

  /** What the pipeline does from its second task on; the controller removes the loser in place of its last one. */
  const release = (candidate: string, ms: string) =>
    carryOut(
      fixture,
      { app: APP, baseline: "v100", candidate, criterion: CRITERION, spec: { cleanup: "delete" } },
      taking(ms),
    );

  const deployments = async () =>
    (await fixture.client.list(DEPLOYMENTS, fixture.namespace)).map(({ metadata }) => metadata.name);

  before(async () => {
    await startController();
    fixture = await ControllerFixture.create("iter8-demo-project");
    await fixture.service(APP, { "requests-per-second": "100" });
    await fixture.deploy(APP, "v100", taking("100"));
    await fixture.untilReady(`${APP}-v100`);
  });

  it("v101, three times as slow as v100, is held at 80/20, fails and is removed", async () => {
    const { experiment, shares } = await release("v101", "300");
    assert.match(
      experiment.status?.message ?? "",
      /^ExperimentFailed: Not All Success Criteria Were Met: iter8_latency of the candidate is [\d.]+ ms, over the limit of 200 ms /,
    );
    assert.ok(hasCondition(experiment, "ExperimentSucceeded", "False", "ExperimentFailed"));
    assert.deepEqual(experiment.status?.trafficSplitPercentage, { baseline: 100, candidate: 0 });
    assert.deepEqual(shares, [0, 20, 0]);
    assert.deepEqual(await deployments(), ["iter8-demo-v100"]);
  });

  it("v102, twice as fast, wins all traffic, and v100 is removed", async () => {
    const { experiment, shares } = await release("v102", "50");
    assert.equal(experiment.status?.message, "ExperimentSucceeded: All Success Criteria Were Met");
    assert.ok(hasCondition(experiment, "ExperimentSucceeded", "True", "ExperimentSucceeded"));
    assert.deepEqual(experiment.status?.trafficSplitPercentage, { baseline: 0, candidate: 100 });
    assert.deepEqual(shares, [0, 20, 40, 60, 80, 100]);
    assert.deepEqual(await deployments(), ["iter8-demo-v102"]);
  });
});
