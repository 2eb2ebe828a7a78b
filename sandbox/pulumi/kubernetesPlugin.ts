import { join } from "node:path";
import type { AnySandbox } from "../cluster";
import { layoutOf } from "../cluster/layout";
import { findKubernetesPlugin } from "../kubernetes-plugin/find";
import { cacheFolder } from "../toolchain/cache";

/**
 * Folders that go before all others on PATH, so that `pulumi` finds what serves Kubernetes resources: the official plugin,
 * or the sandbox's stand-in. Only a cluster that a platform is installed on needs them.
 */
export async function kubernetesPlugin(
  { dir, toolchain, dataPlane }: Pick<AnySandbox, "dir" | "toolchain" | "dataPlane">,
  report: (line: string) => void = () => undefined,
): Promise<readonly string[]> {
  if (dataPlane !== "bare") return [];
  const { folder } = await findKubernetesPlugin({
    pulumi: toolchain.paths.pulumi,
    cacheDir: join(cacheFolder(), "kubernetes-plugin"),
    // With the sandbox, because other checkouts have other scripts.
    standInDir: layoutOf(dir).pulumi,
    report,
  });
  return [folder];
}
