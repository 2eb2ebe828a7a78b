import type { KubernetesClient } from "../adapters/kubernetes/client";
import {
  deploymentsOf,
  getDeployment,
  getService,
  podLabels,
  selects,
  targetState,
  type Deployment,
  type Labels,
  podsRefused,
} from "../adapters/kubernetes/deployments";
import { DEPLOYMENTS, SERVICES } from "../adapters/kubernetes/paths";
import type { ObservedRoute, ServiceRoutes } from "../adapters/istio/routes";
import { formatDuration, parseDuration } from "../engine";
import { systemClock, type Clock } from "../driver/world";
import { DEFAULTS, type ReleaseInputs, type Workload } from "./inputs";
import { InputError } from "./validation";
import { deploymentName, LABEL_RELEASE, LABEL_VERSION, templateVersion } from "./version";

const MANAGED_BY = { "app.kubernetes.io/managed-by": "serin" };

/** Labels by which everything that belongs to a release is found again. */
export function ownLabels(service: string): Labels {
  return { ...MANAGED_BY, [LABEL_RELEASE]: service };
}

/** The Deployment that runs one version of a workload. */
export function deploymentFor(inputs: ReleaseInputs, workload: Workload, replicas: number): Deployment {
  const version = { [LABEL_RELEASE]: inputs.service, [LABEL_VERSION]: templateVersion(workload) };
  const { metadata, ...template } = workload.template;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: deploymentName(inputs.service, workload),
      namespace: inputs.namespace,
      labels: { ...MANAGED_BY, ...version },
    },
    spec: {
      replicas,
      selector: { matchLabels: version },
      template: { ...template, metadata: { ...metadata, labels: { ...metadata.labels, ...version } } },
    },
  };
}

/** Creates the Service from the workload's ports, where it does not exist yet and ports are given. */
export async function ensureService(client: KubernetesClient, inputs: ReleaseInputs): Promise<void> {
  const { namespace, service, workload } = inputs;
  if (!workload?.ports || (await getService(client, namespace, service))) return;
  await client.apply(SERVICES, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: service, namespace, labels: ownLabels(service) },
    spec: { selector: { [LABEL_RELEASE]: service }, ports: workload.ports },
  });
}

/** Applies the Deployment of a version, with as many replicas as asked for, else as many as `like` has. */
export async function applyVersion(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  workload: Workload,
  like: Deployment | undefined,
): Promise<Deployment> {
  const replicas = workload.replicas ?? like?.spec.replicas ?? 1;
  return client.apply(DEPLOYMENTS, deploymentFor(inputs, workload, replicas));
}

/**
 * The Deployment that serves the Service now: the one that the stable route leads to, else the only one that the
 * Service selects.
 *
 * @returns undefined when there is none yet
 * @throws InputError when there are several and nothing tells which is the baseline
 */
export async function stableDeployment(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  routes: ServiceRoutes,
): Promise<Deployment | undefined> {
  if (inputs.baseline !== undefined && !inputs.workload)
    return getDeployment(client, inputs.namespace, inputs.baseline);
  const service = await getService(client, inputs.namespace, inputs.service);
  if (!service) return undefined;
  const serving = await deploymentsOf(client, inputs.namespace, service);
  const routed = servedBy(await routes.read(), serving);
  if (routed) return routed;
  if (inputs.baseline !== undefined) return serving.find(({ metadata }) => metadata.name === inputs.baseline);
  if (serving.length <= 1) return serving[0];
  // The candidate may be there already, from a run that was cut off before it had a route.
  const candidate = inputs.workload && deploymentName(inputs.service, inputs.workload);
  const others = serving.filter(({ metadata }) => metadata.name !== candidate);
  if (others.length === 1) return others[0];
  const names = serving.map(({ metadata }) => metadata.name).join(", ");
  const reason =
    `'service' (${inputs.service}) leads to several Deployments (${names}) and no route says which one is stable; ` +
    `name it as 'baseline'`;
  throw new InputError([{ property: "service", reason }]);
}

/** The Deployment that the route gives most of the traffic; undefined without a route. */
export function servedBy(route: ObservedRoute, deployments: readonly Deployment[]): Deployment | undefined {
  const share = ({ name }: { name: string }) => route.weights[name] ?? 0;
  const [most] = [...(route.destinationRule?.spec.subsets ?? [])].sort((a, b) => share(b) - share(a));
  if (!most || share(most) === 0) return undefined;
  return deployments.find((deployment) => selects(most.labels, podLabels(deployment)));
}

/** Waits until every pod of a Deployment is Ready. @throws Error when it takes longer than `readyTimeout` */
export async function untilReady(
  client: KubernetesClient,
  inputs: ReleaseInputs,
  name: string,
  tell: (line: string) => void,
  clock: Clock = systemClock,
): Promise<void> {
  const patience = parseDuration(inputs.readyTimeout) ?? parseDuration(DEFAULTS.readyTimeout) ?? 0;
  const start = clock.monotonic();
  let told: string | undefined;
  for (;;) {
    const deployment = await getDeployment(client, inputs.namespace, name);
    if (targetState(deployment) === "ready") return;
    const ready = `${deployment?.status?.readyReplicas ?? 0} of ${deployment?.spec.replicas ?? 1}`;
    const refused = podsRefused(deployment);
    const why = refused === undefined ? "" : `: ${refused}`;
    if (clock.monotonic() - start >= patience) {
      const reason = `Deployment ${name} is not Ready after ${formatDuration(patience)} (${ready} pods); it gets no traffic${why}`;
      throw new Error(reason);
    }
    const line = `waiting for Deployment ${name}: ${ready} pods Ready${why}`;
    if (told !== line) tell(line);
    told = line;
    await clock.sleep(500);
  }
}
