import { posix } from "node:path";

import { hostFolder } from "./rootPlan";
import type { ContainerConfig } from "./runtime";

/**
 * Program and arguments under which what follows them listens on the pod's address wherever it means to listen on all:
 * containers share the machine's network. Empty for a pod that has that network, or where there is no such program.
 * @param podBind the program, by its path on this machine
 */
export function bindingOf(
  podBind: string | undefined,
  { podIP, hostNetwork }: Pick<ContainerConfig, "podIP" | "hostNetwork">,
): string[] {
  if (podBind === undefined || hostNetwork) return [];
  return [posix.join(hostFolder, podBind), "--address", podIP, "--"];
}
