import { setTimeout as sleep } from "node:timers/promises";
import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { Informer, type InformerOptions } from "../../../adapters/kubernetes/informer";
import { type Collection, type KubernetesObject, SERVICES } from "../../../adapters/kubernetes/paths";
import { PODS } from "../../services/objects";
import type { Clock } from "../pods/clock";
import { NameFiles } from "./nameFiles";
import { serviceNames } from "./serviceNames";

export interface FollowOptions {
  readonly client: InformerOptions<KubernetesObject>["client"];
  readonly clock: Clock;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Follows the cluster's Services and pods until the signal aborts. Resolves once it knows them. */
export async function followNames({ client, clock, log, signal }: FollowOptions): Promise<NameFiles> {
  const follow = <T extends KubernetesObject>(collection: Collection): Informer<T> =>
    new Informer<T>({
      client,
      collection,
      clock: { monotonic: () => performance.now(), sleep: (ms) => sleep(ms) },
      onTrouble: (text) => log(`the names of Services are not followed for the moment: ${text}`),
      onChange: () => files.changed(),
    });
  const services = follow<V1Service & KubernetesObject>(SERVICES);
  const pods = follow<V1Pod & KubernetesObject>(PODS);
  const files: NameFiles = new NameFiles({
    namesIn: (namespace) => serviceNames([...services.cache.values()], [...pods.cache.values()], namespace),
    clock,
    log,
  });
  const running = Promise.all([services.run(signal), pods.run(signal)]);
  await Promise.race([Promise.all([services.synced, pods.synced]), running]);
  return files;
}
