import type { KubernetesApi } from "../../../adapters/kubernetes/api";
import { isNotFound, orUndefined } from "../../../adapters/kubernetes/errors";
import { LEASES, type Collection } from "../../../adapters/kubernetes/paths";
import { fakeNode } from "../../cluster/nodes";
import { nodeLabels, nodeObject, nodeStatus, type Machine, type NodeObject, type Taint } from "./nodeObject";

const nodes: Collection = { apiVersion: "v1", plural: "nodes" };
const leaseNamespace = "kube-node-lease";
const leaseSeconds = 40;

export interface RegistrationOptions {
  readonly api: KubernetesApi;
  readonly name: string;
  readonly machine: Machine;
  /** For a node that is made; one that is there keeps its own. */
  readonly taints: readonly Taint[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The kubelet's own objects: its Node and its Lease. */
export class Registration {
  private uid: string | undefined;

  constructor(private readonly options: RegistrationOptions) {}

  /** Makes the Node, or adopts the one of this name, and says that it is Ready. @throws Error when kwok plays it */
  async register(): Promise<void> {
    const { api, name, machine, taints, now } = this.options;
    const known = await orUndefined(api.get<NodeObject>(nodes, undefined, name));
    if (known === undefined) {
      this.uid = (await api.create(nodes, nodeObject(name, machine, taints, now()))).metadata.uid;
      return;
    }
    if (known.metadata.annotations?.[fakeNode.name] !== undefined)
      throw new Error(`node '${name}' is played by kwok: choose another name`);
    const labels = nodeLabels(name, machine);
    const labelled = await api.merge<NodeObject>(nodes, undefined, name, { metadata: { labels } });
    this.uid = labelled.metadata.uid;
    await api.replace(nodes, { ...labelled, status: nodeStatus(name, machine, labelled.status, now()) }, "status");
  }

  /** Renews the Lease, by which others know that the node is alive; registers the node first, if that is still to do. */
  async renew(): Promise<void> {
    if (this.uid === undefined) await this.register();
    const { api, name, now } = this.options;
    const renewTime = new Date(now()).toISOString().replace("Z", "000Z"); // MicroTime
    const spec = { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime };
    try {
      await api.merge(LEASES, leaseNamespace, name, { spec });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const owner = { apiVersion: "v1", kind: "Node", name, uid: this.uid };
      const metadata = { name, namespace: leaseNamespace, ownerReferences: [owner] };
      const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
      await api.create(LEASES, lease);
    }
  }
}
