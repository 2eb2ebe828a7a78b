import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Where pods may run. */
export interface PlacementArgs {
  /** Labels that a node must have. @default any node */
  readonly nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Taints of nodes that the pods put up with. @default none */
  readonly tolerations?: pulumi.Input<pulumi.Input<k8s.types.input.core.v1.Toleration>[]>;
  /** Class of priority, which must exist. @default the cluster's default */
  readonly priorityClassName?: pulumi.Input<string>;
}

/** What is reserved for a container, and what it may use at most. */
export interface ResourcesArgs {
  /** Reserved, such as `{ cpu: "100m", memory: "256Mi" }`. @default nothing */
  readonly requests?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** At most, such as `{ memory: "512Mi" }`. @default no bound */
  readonly limits?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The fields of a pod's spec that a placement stands for. */
export function placementSpec(placement: PlacementArgs = {}): Partial<k8s.types.input.core.v1.PodSpec> {
  const { nodeSelector, tolerations, priorityClassName } = placement;
  return {
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(tolerations === undefined ? {} : { tolerations }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
  };
}

/** Pods with these labels on different nodes as far as possible, so that one node is not all of them. */
export function spreadOverNodes(
  matchLabels: Record<string, pulumi.Input<string>>,
): k8s.types.input.core.v1.TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels },
  };
}
