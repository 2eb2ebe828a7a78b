import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { SandboxError } from "./errors";

const patienceMs = 60_000;

/** Waits until a pod that is created now will run: nodes are Ready and the default namespace has its account. */
export async function untilPodsCanRun(kubeconfig: string, signal?: AbortSignal): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const ready = await Promise.all([hasReadyNodes(api), hasAccount(api)]).catch(() => [false]);
    if (ready.every(Boolean)) return;
    if (Date.now() > deadline) {
      throw new SandboxError(
        `no pod could run after ${patienceMs / 1000} s: see the logs of kwok and kube-controller-manager`,
      );
    }
    await sleep(100);
    signal?.throwIfAborted();
  }
}

async function hasReadyNodes(api: CoreV1Api): Promise<boolean> {
  const { items } = await api.listNode();
  const isReady = items.map(({ status }) => status?.conditions?.some((c) => c.type === "Ready" && c.status === "True"));
  return items.length > 0 && isReady.every(Boolean);
}

async function hasAccount(api: CoreV1Api): Promise<boolean> {
  await api.readNamespacedServiceAccount({ name: "default", namespace: "default" });
  return true;
}
