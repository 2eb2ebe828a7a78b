import type { DestinationRule, VirtualService } from "../../../adapters/istio/rules";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { CONTROLLER_LEASE } from "../../../adapters/kubernetes/lease";
import type { KubernetesObject } from "../../../adapters/kubernetes/paths";

/** A state of an object, which it had from this revision on. */
export interface Version<T> {
  /** etcd's revision: it orders all changes of all objects. */
  readonly revision: number;
  /** When the bench saw it, in ms of its own clock. */
  readonly at: number;
  /** Undefined: it was deleted. */
  readonly object?: T;
  /** There may have been versions between the one before and this one that the bench has not seen. */
  readonly afterGap: boolean;
}

export interface LeaseObject extends KubernetesObject {
  readonly spec?: { readonly holderIdentity?: string };
}

/** A write of a driver that the API server accepted. */
export interface Write {
  /** Plural of the object's kind. */
  readonly plural: string;
  readonly name: string;
  /** The object's revision after the write. */
  readonly revision: number;
  /** The process that wrote. */
  readonly driver: string;
  /** When the request left the driver, in ms of the bench's clock. */
  readonly sentAt: number;
}

/** All that was seen of one experiment and its route, each list in the order of the revisions. */
export interface History {
  readonly experiment: readonly Version<ExperimentResource>[];
  readonly virtualService: readonly Version<VirtualService>[];
  readonly destinationRule: readonly Version<DestinationRule>[];
  readonly lease: readonly Version<LeaseObject>[];
  /** The Lease for which the replicas of the controller compete. */
  readonly leaderLease: readonly Version<LeaseObject>[];
  readonly writes: readonly Write[];
}

/** Put on a rule by each edit of the adversary, with a number of its own: so that its versions are told from Serin's. */
export const ANNOTATION_EDIT = "faults.serin.dev/edit";

/** Where the replicas of the controller elect their leader. */
export const LEADER_LEASE = { namespace: "iter8", name: CONTROLLER_LEASE } as const;
