import type { KubernetesObject } from "../../../adapters/kubernetes/paths";
import { hostAddress, type Addresses } from "./addresses";
import { isTerminal, refOf, type Pod } from "./pod";
import { PodWorker, type WorkerOptions } from "./worker";

export type KubeletOptions = Omit<WorkerOptions, "podIP" | "hostIP" | "onFinished" | "onClosed"> & {
  readonly addresses: Addresses;
};

/** How long containers have to end when the kubelet itself ends, in ms. */
const shutDownGraceMs = 2000;

/** A worker for each pod of this node. A pod that was made anew under its old name is another pod. */
export class Kubelet {
  private readonly workers = new Map<string, PodWorker>();
  private isOn = false;

  constructor(private readonly options: KubeletOptions) {}

  /**
   * Takes on the pods that there are. Until then changes are left alone: first of all, pods of an earlier kubelet get their
   * addresses back.
   */
  begin(pods: readonly Pod[]): void {
    const hasAddress = ({ status }: Pod): boolean => status?.podIP !== undefined && !isTerminal(status.phase);
    for (const pod of pods.filter(hasAddress)) this.addressOf(pod);
    this.isOn = true;
    for (const pod of pods) this.take(pod);
  }

  /** Hears of each change of this node's pods, as an informer tells it. */
  changed(now: KubernetesObject | undefined, before: KubernetesObject | undefined): void {
    if (!this.isOn) return;
    const gone = before && refOf(before as Pod).uid;
    const pod = now as Pod | undefined;
    if (gone !== undefined && gone !== pod?.metadata.uid) this.workers.get(gone)?.vanish();
    if (pod === undefined) return;
    const known = this.workers.get(refOf(pod).uid);
    if (known) known.update(pod);
    else this.take(pod);
  }

  /** Ends all containers, and takes on no more pods. */
  async shutDown(): Promise<void> {
    this.isOn = false;
    await Promise.all([...this.workers.values()].map((worker) => worker.shutDown(shutDownGraceMs)));
  }

  private take(pod: Pod): void {
    const { addresses } = this.options;
    const { uid } = refOf(pod);
    const worker = new PodWorker(pod, {
      ...this.options,
      podIP: this.addressOf(pod),
      hostIP: hostAddress,
      onFinished: () => addresses.release(uid),
      onClosed: () => this.workers.delete(uid),
    });
    this.workers.set(uid, worker);
    worker.start();
  }

  private addressOf(pod: Pod): string {
    if (pod.spec?.hostNetwork) return hostAddress;
    return this.options.addresses.take(refOf(pod).uid, pod.status?.podIP);
  }
}
