import { KubeConfig } from "@kubernetes/client-node";
import { InvalidArgumentError } from "commander";

/** Reads a whole number from a command line. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

export const portNumber = wholeNumber(1, 65_535);

/** The cluster of the current context. @throws Error when there is none */
export function clusterOf(kubeconfig: string): { readonly cluster: KubeConfig; readonly server: string } {
  const cluster = new KubeConfig();
  cluster.loadFromFile(kubeconfig);
  const server = cluster.getCurrentCluster()?.server;
  if (!server) throw new Error(`the current context of ${kubeconfig} names no cluster`);
  return { cluster, server };
}
