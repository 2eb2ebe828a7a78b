import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** The files of one sandbox, all below its folder. */
export interface Layout {
  readonly dir: string;
  readonly state: string;
  readonly lock: string;
  readonly kubeconfig: string;
  readonly logs: string;
  /** The token, the keys, and the certificate that the API server makes for itself. */
  readonly credentials: string;
  readonly etcd: string;
  readonly kwok: string;
  readonly prometheus: string;
  readonly pulumi: string;
  readonly istiod: string;
  /** Volumes and logs of the pods that really run. */
  readonly kubelet: string;
  readonly dataPlane: string;
}

export function layoutOf(dir: string): Layout {
  const at = (name: string): string => join(resolve(dir), name);
  return {
    dir: resolve(dir),
    state: at("state.json"),
    lock: at(".lock"),
    kubeconfig: at("kubeconfig"),
    logs: at("logs"),
    credentials: at("credentials"),
    etcd: at("etcd"),
    kwok: at("kwok"),
    prometheus: at("prometheus"),
    pulumi: at("pulumi"),
    istiod: at("istiod"),
    kubelet: at("kubelet"),
    dataPlane: at("data-plane"),
  };
}

export function logOf({ logs }: Layout, part: string): string {
  return join(logs, `${part}.log`);
}

function folders(layout: Layout): string[] {
  const { logs, credentials, etcd, kwok, prometheus, pulumi, istiod, kubelet, dataPlane } = layout;
  return [logs, credentials, etcd, kwok, prometheus, pulumi, istiod, kubelet, dataPlane];
}

/** Other users of the machine have no business here: the token in it is the cluster's admin. */
export function createFolders(layout: Layout): void {
  for (const folder of [layout.dir, ...folders(layout)]) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** All that a sandbox writes, and so all that `down --purge` removes; what else lies in the folder is the user's. */
export function ownedFiles(layout: Layout): string[] {
  return [layout.kubeconfig, ...folders(layout), layout.state];
}
