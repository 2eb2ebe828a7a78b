import type { Collection, KubernetesObject } from "../kubernetes/paths";
import type { ServiceRef } from "./host";

export const VIRTUAL_SERVICES: Collection = { apiVersion: "networking.istio.io/v1", plural: "virtualservices" };
export const DESTINATION_RULES: Collection = { apiVersion: "networking.istio.io/v1", plural: "destinationrules" };

export interface Destination {
  readonly destination: { readonly host: string; readonly subset?: string; readonly port?: unknown };
  readonly weight?: number;
}

/** One entry of a VirtualService's `http`; fields that Serin does not touch are carried along as they are. */
export interface HttpRoute {
  readonly route?: readonly Destination[];
  readonly [other: string]: unknown;
}

export interface RuleMeta {
  readonly name: string;
  readonly namespace: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface VirtualService extends KubernetesObject {
  readonly metadata: RuleMeta;
  readonly spec: {
    readonly hosts?: readonly string[];
    readonly gateways?: readonly string[];
    readonly http?: readonly HttpRoute[];
    readonly [other: string]: unknown;
  };
}

export interface Subset {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DestinationRule extends KubernetesObject {
  readonly metadata: RuleMeta;
  readonly spec: { readonly host: string; readonly subsets?: readonly Subset[]; readonly [other: string]: unknown };
}

/** Labels by which Iter8's tools find the rules of an experiment. */
export const LABEL_HOST = "iter8-tools/host";
export const LABEL_ROLE = "iter8-tools/role";
export const LABEL_EXPERIMENT = "iter8-tools/experiment";
export const LABEL_INIT = "iter8-tools/init";

/** What Serin last wrote, as a fingerprint: tells its own unfinished work from somebody else's edit. */
export const ANNOTATION_APPLIED = "serin.dev/applied";

/** Name of the rules that Serin makes for a Service; Iter8 v0.1's own pattern. */
export function ruleName({ name, namespace }: ServiceRef): string {
  return `${name}.${namespace}.iter8-experiment`;
}
