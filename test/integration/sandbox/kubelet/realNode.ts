import assert from "node:assert/strict";
import {
  CoreV1Api,
  KubeConfig,
  type CoreV1Event,
  type V1Container,
  type V1Pod,
  type V1PodSpec,
} from "@kubernetes/client-node";
import type { Sandbox } from "../../../../sandbox/cluster";
import { endSandboxAfterwards, sharedSandbox } from "../../support/sharedSandbox";
import { coldTimeoutMs, eventually } from "../support";
import { KubeletProcess } from "./kubeletProcess";
import { PodHistory } from "./observedPod";

export const namespace = "default";

export const onKubelet = { nodeSelector: { "serin.dev/kubelet": "sandbox" } };

/** A pod for the kubelet's node. */
export function podOf(name: string, spec: Partial<V1PodSpec> & { containers: V1Container[] }): V1Pod {
  return { metadata: { name, labels: { app: name } }, spec: { ...onKubelet, ...spec } };
}

/** A container that runs a shell script. */
export function shell(name: string, script: string, more: Partial<V1Container> = {}): V1Container {
  return { name, image: "registry.example.com/shell:1", args: ["-c", script], ...more };
}

/** Does nothing, and ends by itself at once when it is asked to. */
export const idle = "trap 'exit 0' TERM; sleep 1000000 & wait";

export function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}

/** A cluster with a kubelet's node, for the tests of one `describe`. */
export class RealNode {
  readonly config = new KubeConfig();
  sandbox!: Sandbox;
  core!: CoreV1Api;
  kubelet!: KubeletProcess;
  history!: PodHistory;

  /** To be called in the `describe`. */
  constructor() {
    endSandboxAfterwards();
    const start = (): Promise<void> => this.start();
    const stop = (): Promise<void> => this.stop();
    before(async function () {
      this.timeout(coldTimeoutMs);
      await start();
    });
    after(stop);
  }

  async create(name: string, spec: Partial<V1PodSpec> & { containers: V1Container[] }): Promise<void> {
    await this.core.createNamespacedPod({ namespace, body: podOf(name, spec) });
  }

  read(name: string): Promise<V1Pod> {
    return this.core.readNamespacedPod({ namespace, name });
  }

  async remove(...names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.core.deleteNamespacedPod({ namespace, name })));
    await Promise.all(names.map((name) => this.untilGone(name)));
  }

  untilReady(name: string): Promise<void> {
    return eventually(`${name} is ready`, async () => isReady(await this.read(name)));
  }

  async events(name: string): Promise<CoreV1Event[]> {
    const fieldSelector = `involvedObject.name=${name}`;
    return (await this.core.listNamespacedEvent({ namespace, fieldSelector })).items;
  }

  /** What a container of a pod that ends by itself has left as its message. */
  async message(name: string, container = "main"): Promise<string> {
    await eventually(`${name} is done`, async () => {
      const { phase = "" } = (await this.read(name)).status ?? {};
      return ["Succeeded", "Failed"].includes(phase);
    });
    const { containerStatuses = [] } = (await this.read(name)).status ?? {};
    const { terminated } = containerStatuses.find((one) => one.name === container)?.state ?? {};
    assert.equal(terminated?.exitCode, 0, JSON.stringify(terminated));
    return terminated?.message ?? "";
  }

  private untilGone(name: string): Promise<void> {
    return eventually(`${name} is gone`, async () =>
      this.read(name).then(
        () => false,
        ({ code }: { code?: number }) => code === 404,
      ),
    );
  }

  private async start(): Promise<void> {
    this.sandbox = await sharedSandbox();
    this.config.loadFromFile(this.sandbox.kubeconfig);
    this.core = this.config.makeApiClient(CoreV1Api);
    this.kubelet = new KubeletProcess(this.sandbox.kubeconfig);
    await this.kubelet.start("--crash-backoff", "500ms");
    this.history = new PodHistory(this.config, namespace);
  }

  private async stop(): Promise<void> {
    this.history.stop();
    await this.kubelet.end();
    assert.deepEqual(this.kubelet.processes(), [], "no process outlives the kubelet");
  }
}
