import { createHash } from "node:crypto";
import { annotationsOf } from "../cluster/object";
import type { Cluster } from "../cluster/cluster";
import type { Settings } from "../config/settings";
import type { Log } from "../rpc/engineLog";
import { plainMap, type Properties } from "../values/value";
import { ANNOTATIONS, isOn } from "./annotations";
import type { Target } from "./target";

/** What operations on objects need. */
export interface Context {
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly log: Log;
  /** Aborted when the user cancels: waits end, and what they waited for is reported. */
  readonly signal: AbortSignal;
}

const FIELD_MANAGER = "pulumi-kubernetes";
/** Where a resource's state keeps its field manager. */
const STATE_KEY = "__fieldManager";

/**
 * The manager of a resource's fields. A patch has one of its own, kept in its state: were it that of all others, applying
 * its few fields would give up those that another resource has in the same object.
 */
export function fieldManagerOf(urn: string, target: Target, inputs: Properties, state: Properties = {}): string {
  const annotated = annotationsOf(plainMap(inputs))[ANNOTATIONS.patchFieldManager];
  if (annotated) return annotated;
  if (!target.patch) return FIELD_MANAGER;
  const kept = state[STATE_KEY];
  if (typeof kept === "string") return kept;
  return `${FIELD_MANAGER}-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}

/** Outputs with what later operations need to know. */
export function withFieldManager(outputs: Properties, target: Target, fieldManager: string): Properties {
  return target.patch ? { ...outputs, [STATE_KEY]: fieldManager } : outputs;
}

export function forces(inputs: Properties, { enablePatchForce }: Settings): boolean {
  return enablePatchForce || isOn(plainMap(inputs), ANNOTATIONS.patchForce);
}

/** Says once for each text that the API server warns of something. */
export function reportWarnings({ log, settings }: Context, warnings: readonly string[], urn: string): void {
  const wanted = settings.suppressDeprecationWarnings ? warnings.filter((text) => !/deprecated/i.test(text)) : warnings;
  for (const warning of new Set(wanted)) log.warn(warning, urn);
}
