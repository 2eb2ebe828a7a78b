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
  };
}

export function logOf({ logs }: Layout, part: string): string {
  return join(logs, `${part}.log`);
}

/** Other users of the machine have no business here: the token in it is the cluster's admin. */
export function createFolders(layout: Layout): void {
  const { dir, logs, credentials, etcd, kwok, prometheus, pulumi } = layout;
  for (const folder of [dir, logs, credentials, etcd, kwok, prometheus, pulumi]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** All that a sandbox writes, and so all that `down --purge` removes; what else lies in the folder is the user's. */
export function ownedFiles(layout: Layout): string[] {
  const { state, kubeconfig, logs, credentials, etcd, kwok, prometheus, pulumi } = layout;
  return [kubeconfig, logs, credentials, etcd, kwok, prometheus, pulumi, state];
}
