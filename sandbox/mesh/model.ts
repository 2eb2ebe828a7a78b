/** What the mesh needs to know of the cluster's objects; `parse.ts` makes these from what the API server sends. */

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

export type Labels = Readonly<Record<string, string>>;

export interface Service extends ObjectName {
  readonly selector: Labels;
  readonly annotations: Labels;
  /** The first port, which the generated requests are taken to be sent to. */
  readonly port: number | undefined;
  /** Those that Istio takes for HTTP by their name or protocol, or has to find out. */
  readonly httpPorts: readonly number[];
}

export interface Pod extends ObjectName {
  readonly uid: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Running, with the Ready condition, and not being deleted. */
  readonly ready: boolean;
  /** Undefined until the pod's node has given it one. */
  readonly ip: string | undefined;
  readonly workload: string;
  readonly serviceAccount: string;
}

export interface Destination {
  readonly host: string;
  readonly subset: string | undefined;
  readonly weight: number | undefined;
}

export interface HttpRoute {
  /** Conditions as they stand in the object; absent or empty matches every request. */
  readonly match: readonly Readonly<Record<string, unknown>>[];
  readonly destinations: readonly Destination[];
  /** Fields of the entry that change traffic in Istio but not here. */
  readonly notSimulated: readonly string[];
}

export interface VirtualService extends ObjectName {
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  readonly createdAt: number;
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  readonly http: readonly HttpRoute[];
}

export interface Subset {
  readonly name: string;
  readonly labels: Labels;
}

export interface DestinationRule extends ObjectName {
  readonly createdAt: number;
  readonly host: string;
  readonly subsets: readonly Subset[];
}

/** True if `labels` has every pair of `selector`. An empty selector selects everything. */
export function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
