import { annotationsOf } from "../cluster/object";
import type { PropagationPolicy } from "../cluster/cluster";
import type { Properties } from "../values/value";
import { groupOf } from "./target";

/** Annotations by which a program tells the plugin how to treat an object. */
export const ANNOTATIONS = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  waitFor: "pulumi.com/waitFor",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
} as const;

const POLICIES = ["foreground", "background", "orphan"];

export function isOn(inputs: Properties, annotation: string): boolean {
  return String(annotationsOf(inputs)[annotation]).toLowerCase() === "true";
}

/** How long the object may take, in ms; undefined where the program does not say. */
export function timeoutMsOf(inputs: Properties, seconds: number): number | undefined {
  const annotated = Number(annotationsOf(inputs)[ANNOTATIONS.timeoutSeconds]);
  const limit = seconds > 0 ? seconds : annotated;
  return Number.isFinite(limit) && limit > 0 ? limit * 1000 : undefined;
}

/**
 * @default Foreground: what the object owns goes first. Background for custom resources, for which Kubernetes' garbage
 * collector needs up to half a minute to learn of a new type, even where they own nothing
 */
export function propagationOf(inputs: Properties, apiVersion: string): PropagationPolicy {
  const group = groupOf(apiVersion);
  const isCustom = group.includes(".") && !group.endsWith(".k8s.io");
  const policy = annotationsOf(inputs)[ANNOTATIONS.deletionPropagation]?.toLowerCase();
  const byName = { background: "Background", orphan: "Orphan", foreground: "Foreground" } as const;
  return byName[policy as keyof typeof byName] ?? (isCustom ? "Background" : "Foreground");
}

/** What annotations cannot be followed, as pairs of annotation and reason. */
export function annotationRefusals(inputs: Properties): (readonly [string, string])[] {
  const annotations = annotationsOf(inputs);
  const refusals: (readonly [string, string])[] = [];
  const timeout = annotations[ANNOTATIONS.timeoutSeconds];
  if (timeout !== undefined && !(Number(timeout) > 0)) {
    refusals.push([ANNOTATIONS.timeoutSeconds, `must be a number of seconds above 0, not ${JSON.stringify(timeout)}`]);
  }
  const policy = annotations[ANNOTATIONS.deletionPropagation];
  if (policy !== undefined && !POLICIES.includes(String(policy).toLowerCase())) {
    refusals.push([
      ANNOTATIONS.deletionPropagation,
      `must be one of ${POLICIES.join(", ")}, not ${JSON.stringify(policy)}`,
    ]);
  }
  return refusals;
}
