import { text } from "node:stream/consumers";
import { KubeConfig } from "@kubernetes/client-node";
import type { KubernetesApi } from "../../adapters/kubernetes/api";
import { KubernetesClient } from "../../adapters/kubernetes/client";
import { systemClock, type Clock } from "../../driver/world";
import { UsageError } from "../errors";

/** What these commands ask of a cluster. */
export type ClusterApi = KubernetesApi & Pick<KubernetesClient, "server" | "namespace" | "page">;

/** What these commands work with; tests replace it. */
export interface Services {
  /**
   * @param kubeconfig path; default: $KUBECONFIG, ~/.kube/config, or the pod's service account
   * @param context of the kubeconfig; default: its current one
   * @throws UsageError when they name no cluster
   */
  readonly connect: (kubeconfig: string | undefined, context: string | undefined) => Promise<ClusterApi>;
  readonly clock: Clock;
  readonly readStdin: () => Promise<string>;
}

export const processServices: Services = { connect, clock: systemClock, readStdin: () => text(process.stdin) };

async function connect(kubeconfig: string | undefined, context: string | undefined): Promise<KubernetesClient> {
  try {
    return await KubernetesClient.connect(context === undefined ? kubeconfig : withContext(kubeconfig, context));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const named = kubeconfig === undefined ? "no cluster is known" : `option '--kubeconfig' (${kubeconfig})`;
    throw new UsageError(`${named}: ${(error as Error).message}`, { cause: error });
  }
}

/** The kubeconfig's text with another current context. */
function withContext(kubeconfig: string | undefined, context: string): string {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context)) {
    throw new UsageError(`option '--context' (${context}) must be one of the kubeconfig's: ${known.join(", ")}`);
  }
  config.setCurrentContext(context);
  return config.exportConfig();
}
