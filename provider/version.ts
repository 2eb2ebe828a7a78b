import { fingerprint } from "../adapters/fingerprint";
import type { ReleaseInputs, Workload } from "./inputs";

/** Marks what belongs to a release: its value is the Service's name. */
export const LABEL_RELEASE = "serin.dev/release";
/** Tells the pods of one version from those of another. */
export const LABEL_VERSION = "serin.dev/version";
/** Set on an ended experiment once the release has moved on, so that its candidate may be tried again. */
export const ANNOTATION_SUPERSEDED = "serin.dev/superseded";

/** Short digest of a pod template: the same template is the same version. */
export function templateVersion(workload: Workload): string {
  return fingerprint(workload.template).slice(0, 8);
}

/**
 * Name of the Deployment for a version of a workload: the Service, the template's own `version` label if it has one,
 * and the template's digest.
 *
 * @example "reviews-v3-1f0c9a2e"
 */
export function deploymentName(service: string, workload: Workload): string {
  const label = workload.template.metadata.labels["version"];
  const readable = label !== undefined && /^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/.test(label) ? `-${label}` : "";
  return `${service.slice(0, 30)}${readable}-${templateVersion(workload)}`;
}

/** Name of the Deployment on trial. */
export function candidateName(inputs: ReleaseInputs): string {
  if (inputs.workload) return deploymentName(inputs.service, inputs.workload);
  if (inputs.candidate === undefined) throw new Error("a release needs a 'candidate' or a 'workload'");
  return inputs.candidate;
}

/** Name of the experiment that tries a candidate against a baseline; another attempt is another experiment. */
export function experimentName(inputs: ReleaseInputs, baseline: string): string {
  const digest = fingerprint([baseline, candidateName(inputs), inputs.attempt]).slice(0, 8);
  return `${inputs.service.slice(0, 40)}-${digest}`;
}

/** Identifies what a `pulumi up` asks to be released; unchanged, nothing is released. */
export function releaseKey(inputs: ReleaseInputs): string {
  const asked = inputs.workload ? inputs.workload.template : [inputs.baseline, inputs.candidate];
  return fingerprint([asked, inputs.attempt]);
}
