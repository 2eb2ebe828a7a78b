import assert from "node:assert/strict";
import { weightsBySubset } from "../../../adapters/istio/virtualService";
import type { ExperimentResource, ExperimentSpec } from "../../../adapters/kubernetes/experiment/resource";
import { experimentLease, LEASE_LABELS } from "../../../adapters/kubernetes/lease";
import { DEPLOYMENTS } from "../../../adapters/kubernetes/paths";
import type { Behaviour, ControllerFixture } from "../support/controllerFixture";
import { until } from "../support/releaseFixture";

export const SERVICE = "reviews";

const requests = `sum(increase(istio_requests_total{reporter="source",$entity_selector}[$interval]$offset_str)) by ($entity_labels)`;

/** Definitions of metrics that no release has without them. */
const metrics = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "iter8config-metrics" },
  data: {
    query_templates: JSON.stringify({
      failed_share: `${requests.replace("{", '{response_code=~"5..",')} / ${requests}`,
      requests,
    }),
    metrics: JSON.stringify([{ name: "failed_share", absent_value: "0", sample_size_query_template: "requests" }]),
  },
};

const FAST = { interval: "1s", trafficStepSize: 20, maxTrafficPercentage: 40 };

function experiment(name: string, candidate: string, spec: Partial<ExperimentSpec>, baseline = "v1") {
  const targetService = {
    apiVersion: "v1",
    name: SERVICE,
    baseline: `${SERVICE}-${baseline}`,
    candidate: `${SERVICE}-${candidate}`,
  };
  return {
    metadata: { name },
    spec: { targetService, ...spec, serin: { gracePeriod: "1s", ...spec.serin } },
  };
}

/** A Service with traffic, and versions of it that are Ready. */
async function serve(fixture: ControllerFixture, versions: Readonly<Record<string, Behaviour>>): Promise<void> {
  await fixture.service(SERVICE, { "requests-per-second": "100" });
  await Promise.all(
    Object.entries(versions).map(([version, behaviour]) => fixture.deploy(SERVICE, version, behaviour)),
  );
  await fixture.untilReady(...Object.keys(versions).map((version) => `${SERVICE}-${version}`));
}

/** Begins a release without criteria, whose loser is to be deleted. */
export async function beginPromotion(fixture: ControllerFixture, name: string): Promise<void> {
  await serve(fixture, { v1: {}, v2: {} });
  await fixture.applyExperiment(
    experiment(name, "v2", { trafficControl: { ...FAST, maxIterations: 2 }, cleanup: "delete" }),
  );
}

export async function endPromotion(fixture: ControllerFixture, name: string): Promise<void> {
  await untilEnded(fixture, name, "promoted");
  await until("the loser is deleted", async () => !(await fixture.find(DEPLOYMENTS, `${SERVICE}-v1`)));
}

/** A release that is judged by metrics of the namespace's own and promoted, and one that waits for it and is rolled back. */
export async function promoteAndRollBack(fixture: ControllerFixture): Promise<void> {
  await fixture.apply(metrics);
  await serve(fixture, { v1: {}, v2: {}, v3: { "error-rate": "0.6" } });
  const judged = {
    trafficControl: { ...FAST, strategy: "check_and_increment", maxIterations: 3 },
    analysis: {
      successCriteria: [
        { metricName: "failed_share", toleranceType: "threshold", tolerance: 0.2, sampleSize: 5, stopOnFailure: true },
      ],
    },
  } as const;
  await fixture.applyExperiment(experiment("first", "v2", { ...judged, cleanup: "delete" }));
  await fixture.untilExperiment("first", "has begun", (e) => e.status?.serin !== undefined);
  await fixture.applyExperiment(experiment("second", "v3", judged, "v2"));
  await fixture.untilExperiment("second", "waits", ({ status }) => /other experiment/.test(status?.message ?? ""));
  await endPromotion(fixture, "first");
  await untilEnded(fixture, "second", "rolledBack");
}

/** A release on a route of the user's own: paused, resumed, and deleted while it goes on. */
export async function pauseAndDelete(fixture: ControllerFixture): Promise<void> {
  await serve(fixture, { v1: {}, v2: {} });
  await fixture.apply({
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "mine" },
    spec: { hosts: [SERVICE], http: [{ route: [{ destination: { host: SERVICE } }] }] },
  });
  const routingReference = { apiVersion: "networking.istio.io/v1alpha3", kind: "VirtualService", name: "mine" };
  const trafficControl = { ...FAST, maxIterations: 1000 };
  await fixture.applyExperiment(experiment("lasting", "v2", { trafficControl, routingReference }));
  await fixture.untilExperiment("lasting", "iterates", hasIterated);
  await fixture.act("lasting", "pause");
  await fixture.untilExperiment("lasting", "is paused", ({ status }) => status?.phase === "Pause");
  await fixture.act("lasting", "resume");
  await fixture.untilExperiment("lasting", "goes on", ({ status, action }) => status?.phase !== "Pause" && !action);
  await fixture.remove("lasting");
  await assertAllOnBaseline(fixture, "mine");
}

/** A release whose `pulumi up` has died: the controller has it afterwards, and it goes on and on. */
export async function takeOver(fixture: ControllerFixture): Promise<void> {
  await serve(fixture, { v1: {}, v2: {} });
  const renewTime = "2026-01-01T00:00:00.000000Z";
  await fixture.apply({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: experimentLease("orphan"), labels: LEASE_LABELS },
    spec: { holderIdentity: "dead", leaseDurationSeconds: 1, renewTime },
  });
  const trafficControl = { ...FAST, maxIterations: 1000 };
  await fixture.applyExperiment(experiment("orphan", "v2", { trafficControl, serin: { driver: "pulumi" } }));
  await fixture.untilExperiment(
    "orphan",
    "is taken over",
    (e) => e.spec.serin?.driver === "controller" && hasIterated(e),
  );
}

/** What is left of the release that was taken over when the controller has been removed. */
export async function assertLetGo(fixture: ControllerFixture): Promise<void> {
  const { metadata } = await fixture.experiment("orphan");
  assert.deepEqual(metadata.finalizers ?? [], []);
  await assertAllOnBaseline(fixture);
}

async function assertAllOnBaseline(fixture: ControllerFixture, name?: string): Promise<void> {
  const rule = await fixture.virtualService(SERVICE, name);
  const weights = weightsBySubset({ name: SERVICE, namespace: fixture.namespace }, rule);
  assert.equal(weights["candidate"] ?? 0, 0, JSON.stringify(weights));
}

async function untilEnded(fixture: ControllerFixture, name: string, verdict: string): Promise<void> {
  const ended = await fixture.untilExperiment(name, "ends", (e) => e.status?.serin?.stage === "ended");
  assert.equal(ended.status?.serin?.verdict, verdict, ended.status?.serin?.reason);
}

function hasIterated({ status }: ExperimentResource): boolean {
  return (status?.trafficSplitPercentage?.candidate ?? 0) > 0;
}
