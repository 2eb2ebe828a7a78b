import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { weightsBySubset } from "../../../adapters/istio/virtualService";
import { CONFIG_MAPS, type KubernetesObject } from "../../../adapters/kubernetes/paths";
import {
  ControllerFixture,
  endControllersAfterwards,
  hasCondition,
  PLATFORM,
  startController,
  type Manifest,
} from "../support/controllerFixture";
import { endSandboxAfterwards } from "../support/sharedSandbox";
import { carryOut, leaveRules, type Outcome } from "./release";

const METRICS = join(__dirname, "..", "..", "fixtures", "iter8", "iter8config-metrics.yaml");
const TRAFFIC = { "requests-per-second": "100" };
const HEALTHY = { "latency-p50-ms": "20" };

/** Mean latency under 0.2 s. In Istio's telemetry v2 it is in ms. */
const LATENCY = { metricName: "iter8_latency", toleranceType: "threshold", tolerance: 200, sampleSize: 5 };

const BOOKINFO = {
  apiVersion: "networking.istio.io/v1alpha3",
  kind: "VirtualService",
  metadata: { name: "bookinfo", labels: { team: "books" } },
  spec: {
    hosts: ["bookinfo.example.com", "productpage"],
    // Beside the tutorial's gateway, because the simulated mesh sends its requests from inside.
    gateways: ["bookinfo-gateway", "mesh"],
    http: [
      {
        match: [{ uri: { exact: "/productpage" } }, { uri: { prefix: "/" } }],
        route: [{ destination: { host: "productpage", port: { number: 9080 } } }],
      },
    ],
  },
};

function assertPromoted({ experiment, shares }: Outcome): void {
  const { status } = experiment;
  assert.equal(status?.message, "ExperimentSucceeded: All Success Criteria Were Met");
  assert.ok(hasCondition(experiment, "ExperimentSucceeded", "True"));
  assert.deepEqual(status?.trafficSplitPercentage, { baseline: 0, candidate: 100 });
  assert.deepEqual(shares, [0, 20, 40, 60, 80, 100]);
  assert.equal(status?.currentIteration, 8, "and not 9 of 8");
}

function assertFailed({ experiment, shares }: Outcome, message: RegExp): void {
  const { status } = experiment;
  assert.match(status?.message ?? "", message);
  assert.ok(hasCondition(experiment, "ExperimentSucceeded", "False"));
  assert.deepEqual(status?.trafficSplitPercentage, { baseline: 100, candidate: 0 });
  assert.deepEqual(shares, [0, 20, 0]);
}

/** The user-facing service, by way of the VirtualService that leads to it from outside. */
async function releaseProductpage(): Promise<Outcome & { readonly fixture: ControllerFixture }> {
  const fixture = await ControllerFixture.create("productpage");
  await fixture.service("productpage", TRAFFIC);
  await fixture.deploy("productpage", "v1", HEALTHY);
  await fixture.untilReady("productpage-v1");
  await fixture.apply(BOOKINFO);
  const spec = {
    routingReference: { apiVersion: "networking.istio.io/v1alpha3", kind: "VirtualService", name: "bookinfo" },
  };
  const criterion = { ...LATENCY, tolerance: 3000 };
  const release = { app: "productpage", baseline: "v1", candidate: "v2", criterion, spec };
  return { fixture, ...(await carryOut(fixture, release, { "latency-p50-ms": "900" })) };
}

describe("the tutorial of Iter8 v0.1", function () {
  this.timeout(120_000);
  endControllersAfterwards();
  endSandboxAfterwards();
  let fixture: ControllerFixture;
  let productpage: Promise<Awaited<ReturnType<typeof releaseProductpage>> | Error>;

  before(async () => {
    await startController();
    fixture = await ControllerFixture.create("bookinfo-iter8");
    // The platform's own definitions, as an installation of Iter8 has left them.
    const metrics = parse(readFileSync(METRICS, "utf8")) as Manifest;
    const metadata = { ...metrics.metadata, namespace: PLATFORM };
    await fixture.client.create(CONFIG_MAPS, { ...metrics, metadata } as KubernetesObject);
    productpage = releaseProductpage().catch((error: Error) => error);
    await fixture.service("reviews", TRAFFIC);
    await fixture.deploy("reviews", "v2", HEALTHY);
    await fixture.untilReady("reviews-v2");
    await leaveRules(fixture, "reviews", "v2");
  });

  it("1: reviews v2 to v3 succeeds", async () => {
    const release = { app: "reviews", baseline: "v2", candidate: "v3", criterion: LATENCY };
    const outcome = await carryOut(fixture, release, HEALTHY);
    assert.equal(outcome.waiting.status?.message, "TargetsNotFound: Missing Candidate");
    assert.equal(outcome.waiting.status?.phase, "Pause");
    assertPromoted(outcome);
  });

  it("2: reviews v3 to v4, which takes 5 s, is held and fails", async () => {
    const release = { app: "reviews", baseline: "v3", candidate: "v4", criterion: LATENCY, maxIterations: 6 };
    const outcome = await carryOut(fixture, release, { "latency-p50-ms": "5000" });
    assertFailed(
      outcome,
      /^ExperimentFailed: Not All Success Criteria Were Met: iter8_latency .* over the limit of 200/,
    );
    assert.equal(outcome.experiment.status?.currentIteration, 6);
  });

  it("3: reviews v3 to v5, which answers with errors, is aborted at once", async () => {
    const errors = { metricName: "iter8_error_rate", toleranceType: "delta", tolerance: 0.02, sampleSize: 10 };
    const criterion = { ...errors, stopOnFailure: true };
    // Long enough for two scrapes of a new series, whatever their phase.
    const release = { app: "reviews", baseline: "v3", candidate: "v5", criterion, interval: "3s" };
    const outcome = await carryOut(fixture, release, { "error-rate": "1" });
    assertFailed(outcome, /^ExperimentFailed: Aborted: iter8_error_rate /);
    assert.ok((outcome.experiment.status?.currentIteration ?? 9) <= 2);
  });

  it("4: reviews v3 to v6 succeeds by a metric of one's own", async () => {
    const criterion = { ...LATENCY, metricName: "iter8_90_perc_latency" };
    const release = { app: "reviews", baseline: "v3", candidate: "v6", criterion };
    assertPromoted(await carryOut(fixture, release, HEALTHY));
    const rule = await fixture.destinationRule("reviews");
    assert.equal(rule.metadata.labels?.["iter8-tools/role"], "stable");
    assert.equal(rule.metadata.labels["iter8-tools/experiment"], undefined);
    assert.deepEqual(rule.spec.subsets, [{ name: "stable", labels: { app: "reviews", version: "v6" } }]);
  });

  it("5: productpage v1 to v2 succeeds through a VirtualService that exists", async () => {
    const outcome = await productpage;
    if (outcome instanceof Error) throw outcome;
    assertPromoted(outcome);
    const rule = await outcome.fixture.virtualService("productpage", "bookinfo");
    const [entry] = BOOKINFO.spec.http;
    const destination = { host: "productpage", subset: "stable", port: { number: 9080 } };
    assert.deepEqual(rule.spec, { ...BOOKINFO.spec, http: [{ ...entry, route: [{ destination, weight: 100 }] }] });
    const service = { name: "productpage", namespace: outcome.fixture.namespace };
    assert.deepEqual(weightsBySubset(service, rule), { stable: 100 });
    assert.equal(rule.metadata.labels?.["team"], "books", "a label of its owner's is kept");
  });
});
