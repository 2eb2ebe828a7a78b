import type { DestinationRule, VirtualService } from "../adapters/istio/rules";
import { podLabels, targetState, type Deployment, type Service } from "../adapters/kubernetes/deployments";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { fingerprint } from "../adapters/fingerprint";

// What the controller keeps of each object, and which changes matter to a release. A cluster has many Deployments, and finished
// experiments stay for as long as people like: both are kept as small as can be.

export function trimDeployment({ metadata, spec, status }: Deployment): Deployment {
  const { name, namespace, resourceVersion, generation, creationTimestamp, deletionTimestamp } = metadata;
  return {
    metadata: { name, namespace, resourceVersion, generation, creationTimestamp, deletionTimestamp },
    spec: { replicas: spec.replicas, template: { metadata: { labels: spec.template.metadata?.labels } } },
    status: {
      observedGeneration: status?.observedGeneration,
      replicas: status?.replicas,
      updatedReplicas: status?.updatedReplicas,
      readyReplicas: status?.readyReplicas,
    },
  };
}

export function trimService({ metadata, spec }: Service): Service {
  const { name, namespace, resourceVersion } = metadata;
  return { metadata: { name, namespace, resourceVersion }, spec: { selector: spec.selector } };
}

/** Of a finished experiment only what is needed to let it go. */
export function trimExperiment(experiment: ExperimentResource): ExperimentResource {
  const { apiVersion, kind, metadata, spec, status } = experiment;
  const own = status?.serin;
  if (own?.stage !== "ended") return experiment;
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, finalizers } = metadata;
  const { stage, createdAt, reason } = own;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, finalizers },
    spec: { targetService: spec.targetService, serin: { driver: spec.serin?.driver } },
    status: { serin: { stage, createdAt, reason } },
  };
}

/** Whether a Deployment differs in what a release looks at. */
export function deploymentDiffers(now: Deployment | undefined, before: Deployment | undefined): boolean {
  if (now === undefined || before === undefined) return now !== before;
  return targetState(now) !== targetState(before) || fingerprint(podLabels(now)) !== fingerprint(podLabels(before));
}

/** Whether a rule differs in what a release looks at. */
export function ruleDiffers<T extends VirtualService | DestinationRule>(
  now: T | undefined,
  before: T | undefined,
): boolean {
  if (now === undefined || before === undefined) return now !== before;
  const seen = ({ metadata: { labels, annotations }, spec }: T) => fingerprint([labels, annotations, spec]);
  return seen(now) !== seen(before);
}
