import type { Labels } from "./model";

export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean | null | undefined;
}

/** A CronJob's Jobs are named after it and the minute (or, before Kubernetes 1.21, the second) they are due. */
const jobOfCronJob = /^(.+)-(?:\d{8}|\d{10})$/;

/**
 * The name that Istio reports as the pod's workload: of the Deployment for a pod of a ReplicaSet that a Deployment
 * made, of the CronJob for a pod of its Job, else of the owner, else of the pod.
 */
export function workloadName(podName: string, labels: Labels, owners: readonly Owner[]): string {
  const owner = owners.find((candidate) => candidate.controller === true);
  if (owner === undefined) return podName;
  const hash = labels["pod-template-hash"];
  if (owner.kind === "ReplicaSet" && hash !== undefined && hash !== "" && owner.name.endsWith(`-${hash}`)) {
    return owner.name.slice(0, -hash.length - 1);
  }
  if (owner.kind === "Job") return jobOfCronJob.exec(owner.name)?.[1] ?? owner.name;
  return owner.name;
}

/** Istio's canonical service: the first label that is there, else the workload. */
export function canonicalService(labels: Labels, workload: string): string {
  return labels["service.istio.io/canonical-name"] || labels["app.kubernetes.io/name"] || labels["app"] || workload;
}

/** Istio's canonical revision: the first label that is there, else `latest`. */
export function canonicalRevision(labels: Labels): string {
  return (
    labels["service.istio.io/canonical-revision"] ||
    labels["app.kubernetes.io/version"] ||
    labels["version"] ||
    "latest"
  );
}
