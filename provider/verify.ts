import type { KubernetesClient } from "../adapters/kubernetes/client";
import {
  deploymentsOf,
  getDeployment,
  getService,
  podLabels,
  selects,
  type Deployment,
  type Labels,
  type Service,
} from "../adapters/kubernetes/deployments";
import { isNotFound } from "../adapters/kubernetes/errors";
import { loadMetrics } from "../adapters/kubernetes/metrics";
import { CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES, type Collection } from "../adapters/kubernetes/paths";
import { MetricsConfigError, unfitForCounting } from "../adapters/prometheus";
import { showLabels, tellApart } from "./comparable";
import { findTry } from "./history";
import type { ReleaseInputs } from "./inputs";
import { modeOf } from "./judgementInputs";
import { routesOf } from "./routes";
import type { InputFailure } from "./validation";
import { deploymentFor } from "./workload";

/** Definitions that must be installed before anything can be released. */
const NEEDED_CRDS = [
  ["experiments.iter8.tools", "Serin's Experiment (print it with `npx serin-crd`)"],
  ["virtualservices.networking.istio.io", "Istio"],
  ["destinationrules.networking.istio.io", "Istio"],
] as const;

/** Everything that only the cluster can tell about a release's inputs. Reads only. */
export async function verify(client: KubernetesClient, inputs: ReleaseInputs): Promise<readonly InputFailure[]> {
  const [missing, namespaced] = [await missingDefinitions(client), await exists(client, NAMESPACES, inputs.namespace)];
  if (missing.length > 0) return missing;
  if (!namespaced) return [failure("namespace", inputs.namespace, "does not exist")];
  return [
    // What a try that has begun needed was there when it began, and may rightly be gone by now.
    ...((await findTry(client, inputs, false)) ? [] : await verifyTargets(client, inputs)),
    ...(await verifyRoute(client, inputs)),
    ...(await verifyMetrics(client, inputs)),
  ];
}

function failure(property: string, value: string, problem: string): InputFailure {
  return { property, reason: `'${property}' (${value}) ${problem}` };
}

async function exists(client: KubernetesClient, collection: Collection, name: string): Promise<boolean> {
  try {
    await client.get(collection, undefined, name);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function missingDefinitions(client: KubernetesClient): Promise<InputFailure[]> {
  const found = await Promise.all(NEEDED_CRDS.map(([name]) => exists(client, CUSTOM_RESOURCE_DEFINITIONS, name)));
  return NEEDED_CRDS.filter((_, i) => !found[i]).map(([name, what]) => ({
    property: "kubeconfig",
    reason: `the cluster has no custom resource '${name}': install ${what}`,
  }));
}

async function verifyTargets(client: KubernetesClient, inputs: ReleaseInputs): Promise<InputFailure[]> {
  const service = await getService(client, inputs.namespace, inputs.service);
  if (!service) {
    const hint = inputs.workload ? "; give 'workload.ports' to have it made" : "";
    return inputs.workload?.ports
      ? []
      : [failure("service", inputs.service, `is no Service in namespace ${inputs.namespace}${hint}`)];
  }
  return inputs.workload ? verifyWorkload(inputs, service) : verifyDeployments(client, inputs, service);
}

function verifyWorkload(inputs: ReleaseInputs, service: Service): InputFailure[] {
  if (!inputs.workload) return [];
  const labels = podLabels(deploymentFor(inputs, inputs.workload, 1));
  return selects(service.spec.selector, labels)
    ? []
    : [notSelected("workload.template.metadata.labels", labels, service)];
}

async function verifyDeployments(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  service: Service,
): Promise<InputFailure[]> {
  if ((await deploymentsOf(client, inputs.namespace, service)).length === 0) {
    const selector = showLabels(service.spec.selector ?? {});
    return [failure("service", inputs.service, `selects the pods of no Deployment (its selector is ${selector})`)];
  }
  const [baseline, candidate] = await Promise.all(
    [inputs.baseline, inputs.candidate].map((name) => getDeployment(client, inputs.namespace, name ?? "")),
  );
  const failures: InputFailure[] = [];
  if (!baseline) {
    failures.push(failure("baseline", inputs.baseline ?? "", `is no Deployment in namespace ${inputs.namespace}`));
  }
  for (const [property, deployment] of [
    ["baseline", baseline],
    ["candidate", candidate],
  ] as const) {
    if (deployment && !selects(service.spec.selector, podLabels(deployment))) {
      failures.push(notSelected(property, podLabels(deployment), service, deployment));
    }
  }
  if (baseline && candidate && !tellApart(podLabels(baseline), podLabels(candidate))) {
    const labels = showLabels(podLabels(candidate));
    const problem = `has pod labels (${labels}) that do not tell it from 'baseline' (${showLabels(podLabels(baseline))})`;
    failures.push(failure("candidate", candidate.metadata.name, `${problem}; give each a label such as version`));
  }
  return failures;
}

function notSelected(property: string, labels: Labels, service: Service, deployment?: Deployment): InputFailure {
  const value = deployment ? `${deployment.metadata.name}, pod labels ${showLabels(labels)}` : showLabels(labels);
  const selector = showLabels(service.spec.selector ?? {});
  return failure(property, value, `must match the selector of Service ${service.metadata.name} (${selector})`);
}

async function verifyRoute(client: KubernetesClient, inputs: ReleaseInputs): Promise<InputFailure[]> {
  const routes = routesOf(client, inputs);
  if (inputs.routingReference !== undefined) {
    const { virtualService } = await routes.read();
    if (!virtualService) {
      const problem = `is no VirtualService in namespace ${inputs.namespace}`;
      return [failure("routingReference", inputs.routingReference, problem)];
    }
    try {
      routes.check(virtualService);
    } catch (error) {
      return [failure("routingReference", inputs.routingReference, `cannot be used: ${(error as Error).message}`)];
    }
  }
  const competitors = await routes.competitors();
  if (competitors.length === 0) return [];
  const problem = `is routed already by VirtualService ${competitors.join(", ")}, past the split; name it as 'routingReference'`;
  return [failure("service", inputs.service, problem)];
}

async function verifyMetrics(client: KubernetesClient, inputs: ReleaseInputs): Promise<InputFailure[]> {
  const failures: InputFailure[] = [];
  const counting = modeOf(inputs) === "sequential";
  for (const [i, { metric, delta, threshold, direction, floor }] of inputs.criteria.entries()) {
    try {
      const [definition] = await loadMetrics(client, inputs.namespace, [metric]);
      if (definition?.isCounter && delta !== undefined) {
        const problem = `cannot be used with the counter metric '${metric}', whose value grows with traffic; use 'threshold'`;
        failures.push(failure(`criteria[${i}].delta`, String(delta), problem));
      }
      if (definition?.direction === "higher" && direction === "lower") {
        failures.push(
          failure(`criteria[${i}].direction`, direction, `must be higher, as metric '${metric}' is defined`),
        );
      }
      if (!counting || definition === undefined) continue;
      if (inputs.budget?.metric === metric && definition.counts?.kind !== "ratio") {
        failures.push(failure("budget.metric", metric, "must be a ratio: the share of failed requests"));
      }
      const toleranceType = delta === undefined ? "threshold" : "delta";
      const criterion = { metric, toleranceType, tolerance: delta ?? threshold ?? 0, direction, floor } as const;
      for (const fault of unfitForCounting([criterion], [definition])) {
        failures.push({ property: `criteria[${i}]`, reason: `'criteria[${i}]': ${fault}` });
      }
    } catch (error) {
      if (!(error instanceof MetricsConfigError)) throw error;
      failures.push(failure(`criteria[${i}].metric`, metric, `is not defined: ${error.message}`));
    }
  }
  return failures;
}
