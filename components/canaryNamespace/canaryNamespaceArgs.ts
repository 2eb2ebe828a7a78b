import type * as pulumi from "@pulumi/pulumi";
import type { MetricArgs } from "../common/metrics";

/** How strictly Kubernetes' Pod Security looks at pods. */
export type PodSecurityLevel = "restricted" | "baseline" | "privileged";

/** Who gets rights. */
export interface SubjectArgs {
  /** What it is. */
  readonly kind: "Group" | "User" | "ServiceAccount";
  /** Its name. */
  readonly name: pulumi.Input<string>;
  /** Namespace of a ServiceAccount. @default the component's own */
  readonly namespace?: pulumi.Input<string>;
}

/** Amounts by what they are of, as Kubernetes writes them: `{ cpu: "2", memory: "4Gi" }`. */
export type Amounts = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** What a container reserves and may use where it doesn't say, and between which bounds that must be. */
export interface LimitsArgs {
  /** Limits of a container that has none, such as `{ memory: "512Mi" }`. @default none */
  readonly default?: Amounts;
  /** Requests of a container that has none, such as `{ cpu: "100m" }`. @default none */
  readonly defaultRequest?: Amounts;
  /** The largest limits that a container may have. @default none */
  readonly max?: Amounts;
  /** The least requests that a container must have. @default none */
  readonly min?: Amounts;
}

/** From where pods may be called. */
export interface NamespaceNetworkArgs {
  /** Namespaces from which they may, besides their own: those of the gateway, and of Prometheus. @default ["istio-system", "istio-ingress"] */
  readonly allowFrom?: pulumi.Input<pulumi.Input<string>[]>;
}

/** What a namespace for releases is given. */
export interface CanaryNamespaceArgs {
  /** Its name. @default the component's name */
  readonly namespace?: pulumi.Input<string>;
  /** Labels by which its pods get sidecars, such as `istio.injectionLabels`; `false` for none. @default `{ "istio-injection": "enabled" }` */
  readonly injection?: false | pulumi.Input<Record<string, string>>;
  /** Whether the mesh has the CNI agent, such as `istio.cni`; without it, sidecars need the rights to redirect traffic. @default false */
  readonly cni?: pulumi.Input<boolean>;
  /**
   * How strict Pod Security is. The container that redirects the traffic of a pod with a sidecar, `istio-init`, needs
   * `NET_ADMIN`, which only `privileged` allows. @default "restricted" with `cni` or without sidecars, else "privileged"
   */
  readonly podSecurity?: pulumi.Input<PodSecurityLevel>;
  /** What all its objects may add up to, such as `{ pods: "50", "limits.memory": "32Gi" }`. @default no bound */
  readonly quota?: Amounts;
  /** Requests and limits of its containers. @default none */
  readonly limits?: LimitsArgs;
  /** Who may release in it: by `pulumi up`, `kubectl` or a pipeline. @default nobody */
  readonly team?: readonly SubjectArgs[];
  /** Who may look at releases in it, and at what they are about. @default nobody */
  readonly readers?: readonly SubjectArgs[];
  /** Namespace of the canary controller, in which the team may see whether one is at work, and the metrics of all; without it, it may not. @default none */
  readonly controllerNamespace?: pulumi.Input<string>;
  /** Metrics for the releases in it, by name, besides the built-in ones or in place of them. @default none */
  readonly metrics?: Readonly<Record<string, MetricArgs>>;
  /** Whether its pods can be called from their own and some further namespaces only. @default false */
  readonly networkPolicy?: boolean | NamespaceNetworkArgs;
  /** Further labels of the namespace. @default none */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Annotations of the namespace. @default none */
  readonly annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
