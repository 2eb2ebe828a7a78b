import { setTimeout as sleep } from "node:timers/promises";

import type { KubeConfig } from "@kubernetes/client-node";

import { collection } from "../mesh/apiServer";
import { delayMs, type ObjectSource } from "../mesh/watchLoop";
import { entryLabel, type WorkloadEntry } from "./workloadEntries";

const path = `/apis/networking.istio.io/v1/workloadentries?labelSelector=${encodeURIComponent(`${entryLabel}=sandbox`)}`;

/**
 * The entries that an earlier run of the data plane has left behind. Asks until there is an answer.
 *
 * @throws the signal's reason once it aborts
 */
export async function entriesOfEarlierRun(
  cluster: KubeConfig,
  log: (message: string) => void,
  signal: AbortSignal,
  source: Pick<ObjectSource, "list"> = collection(cluster, path),
): Promise<readonly WorkloadEntry[]> {
  for (let failures = 1; ; failures++) {
    try {
      return (await source.list(signal)).items as readonly WorkloadEntry[];
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      if (failures === 1) log(`entries of an earlier run: ${reason}; trying again until it works`);
      await sleep(delayMs(failures, Math.random), undefined, { signal });
    }
  }
}
