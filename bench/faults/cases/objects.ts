import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { getDeployment, targetState } from "../../../adapters/kubernetes/deployments";
import type { KubernetesClient } from "../../../adapters/kubernetes/client";
import { isConflict } from "../../../adapters/kubernetes/errors";
import {
  DEPLOYMENTS,
  NAMESPACES,
  SERVICES,
  type Collection,
  type KubernetesObject,
} from "../../../adapters/kubernetes/paths";
import { experimentFor } from "../../../provider/experiment";
import { parseInputs } from "../../../provider/validation";
import { LEADER_LEASE } from "../history/history";
import { BASELINE_VERSION, CANDIDATE_VERSION } from "../invariants/routeState";
import { patiently, untilTrue } from "./patience";
import type { CasePlan } from "./plan";

export const SERVICE = "reviews";
export const BASELINE = `${SERVICE}-${BASELINE_VERSION}`;
export const CANDIDATE = `${SERVICE}-${CANDIDATE_VERSION}`;

/** Behaviours of pods in the simulated mesh, far on either side of the criteria. */
const BEHAVIOURS = {
  good: { "latency-p50-ms": "20", "error-rate": "0" },
  bad: { "latency-p50-ms": "300", "error-rate": "0.5" },
} as const;

/** The Service and both Deployments of a case, Ready. */
export async function createTargets(client: KubernetesClient, { namespace, candidate }: CasePlan): Promise<void> {
  const make = (collection: Collection, object: KubernetesObject) =>
    patiently(() => client.create(collection, object).catch(ifThere));
  await make(NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await make(SERVICES, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: SERVICE, namespace, annotations: { "mesh.serin.dev/requests-per-second": "200" } },
    spec: { selector: { app: SERVICE }, ports: [{ name: "http", port: 9080 }] },
  } as KubernetesObject);
  await make(DEPLOYMENTS, deployment(namespace, BASELINE, BASELINE_VERSION, "good"));
  await make(DEPLOYMENTS, deployment(namespace, CANDIDATE, CANDIDATE_VERSION, candidate));
  for (const name of [BASELINE, CANDIDATE]) {
    const isReady = async () => targetState(await getDeployment(client, namespace, name)) === "ready";
    await untilTrue(`Deployment ${namespace}/${name} is Ready`, () => patiently(isReady), 180_000);
  }
}

function deployment(
  namespace: string,
  name: string,
  version: string,
  behaviour: keyof typeof BEHAVIOURS,
): KubernetesObject {
  const labels = { app: SERVICE, version };
  const annotations = Object.fromEntries(
    Object.entries(BEHAVIOURS[behaviour]).map(([key, value]) => [`mesh.serin.dev/${key}`, value]),
  );
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: { containers: [{ name: "app", image: SERVICE }] } },
    },
  } as KubernetesObject;
}

/** It was made by an earlier try, whose answer was lost. */
function ifThere(error: unknown): undefined {
  if (!isConflict(error)) throw error;
}

/** Inputs of the release, as the provider gets them. */
export function inputsFor(plan: CasePlan, prometheusUrl: string): Record<string, unknown> {
  const guarded = plan.strategy === "guarded";
  const counted = guarded ? {} : { sampleSize: 10 };
  const criteria = [
    { metric: "iter8_error_rate", threshold: guarded ? 0.25 : 0.1, ...counted },
    ...(guarded ? [] : [{ metric: "iter8_latency", threshold: 150, ...counted }]),
  ];
  return {
    namespace: plan.namespace,
    service: SERVICE,
    baseline: BASELINE,
    candidate: CANDIDATE,
    traffic: {
      strategy: plan.strategy,
      interval: `${plan.intervalSeconds}s`,
      step: plan.step,
      maxWeight: plan.maxWeight,
      maxIterations: plan.maxIterations,
    },
    // A few looks have to be enough for a verdict.
    ...(guarded ? { analysis: { alpha: 0.4, beta: 0.4 } } : {}),
    criteria: plan.strategy === "increment_without_check" ? [] : criteria,
    prometheusUrl,
    maxStall: "3m",
    gracePeriod: "1s",
    leaseDuration: "2s",
    removeLoser: plan.cleanup,
    controllerNamespace: LEADER_LEASE.namespace,
    ...(plan.door === "pulumi" ? { driver: "pulumi" } : {}),
  };
}

/** The same as an `Experiment`, as somebody would write it who applies it to the cluster. */
export function experimentOf(plan: CasePlan, prometheusUrl: string): ExperimentResource {
  const inputs = parseInputs(inputsFor(plan, prometheusUrl));
  const { metadata, ...rest } = experimentFor(inputs, BASELINE, plan.cleanup, "controller");
  return { ...rest, metadata: { name: metadata.name, namespace: metadata.namespace } };
}
