import { execFileSync } from "node:child_process";

import type { Tools } from "./tools";

/** One way to make a container's namespaces on this machine. */
export interface Isolation {
  readonly tool: "bwrap" | "unshare";
  readonly path: string;
  /** Whether root in the container is only the kubelet's own user. */
  readonly userNamespace: boolean;
}

/**
 * The ways to try, the best first. Real root takes unshare: bubblewrap gives its own powers away, so that its death could
 * not kill a container that runs as another user.
 */
export function waysToIsolate({ bwrap, unshare }: Tools, isRoot: boolean): Isolation[] {
  const way = (tool: Isolation["tool"], path: string | undefined, userNamespace: boolean): Isolation[] =>
    path === undefined ? [] : [{ tool, path, userNamespace }];
  return [
    ...(isRoot ? way("unshare", unshare, false) : []),
    ...way("bwrap", bwrap, true),
    ...way("unshare", unshare, true),
  ];
}

/** As a node names its runtime, such as `unshare://2.38.1`. */
export function versionOf({ tool, path }: Isolation): string {
  const text = execFileSync(path, ["--version"], { encoding: "utf8" });
  return `${tool}://${/\d+(\.\d+)+/.exec(text)?.[0] ?? "unknown"}`;
}
