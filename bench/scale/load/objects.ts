import type { Deployment, Service } from "../../../adapters/kubernetes/deployments";
import { API_VERSION, KIND, type ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { PLAN } from "./plan";
import type { Release } from "./releases";

/** The Service of a release. */
export function serviceObject({ namespace, service }: Release): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: service, namespace },
    spec: { selector: { app: service }, ports: [{ port: 80 }] },
  };
}

/** A Deployment of one pod, as it is created: it has no status yet. */
export function deploymentObject(namespace: string, service: string, name: string): Deployment {
  const labels = { app: service, version: name.slice(service.length + 1) };
  const podSpec = { containers: [{ name: "web", image: "web" }] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  } as Deployment;
}

/** The same Deployment with its pod Ready. */
export function ready(deployment: Deployment): Deployment {
  const { generation = 1 } = deployment.metadata;
  const pods = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  return { ...deployment, status: { observedGeneration: generation, ...pods } };
}

/** The experiment of a release, as `kubectl apply` sends it: with what was applied in an annotation. */
export function experimentObject(release: Release, prometheusURL: string): ExperimentResource {
  const { namespace, experiment, service, baseline, candidate } = release;
  const applied: ExperimentResource = {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: experiment, namespace },
    spec: {
      targetService: { name: service, baseline, candidate },
      trafficControl: {
        strategy: "check_and_increment",
        interval: `${PLAN.intervalMs / 1000}s`,
        trafficStepSize: PLAN.step,
        maxTrafficPercentage: PLAN.maxWeight,
        maxIterations: PLAN.iterations,
      },
      analysis: {
        successCriteria: [
          { metricName: "iter8_latency", toleranceType: "threshold", tolerance: 200, sampleSize: 10 },
          {
            metricName: "iter8_error_rate",
            toleranceType: "threshold",
            tolerance: 0.02,
            sampleSize: 10,
            stopOnFailure: true,
          },
        ],
      },
      serin: { prometheusURL, gracePeriod: `${PLAN.graceMs / 1000}s`, maxSampleAge: "30s" },
    },
  };
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(applied) };
  return { ...applied, metadata: { ...applied.metadata, annotations } };
}
