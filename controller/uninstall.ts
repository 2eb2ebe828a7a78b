import type { Logger } from "pino";
import { KubernetesClient } from "../adapters/kubernetes/client";
import { getDeployment } from "../adapters/kubernetes/deployments";
import { driverOf } from "../adapters/kubernetes/experiment/read";
import { FINALIZER, type ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { EXPERIMENTS } from "../adapters/kubernetes/paths";
import { releaseFinalizer } from "../driver/abandon";
import { worldOver } from "../driver/realWorld";
import { readScene } from "../driver/scene";
import { systemClock, type World } from "../driver/world";
import type { ControllerOptions } from "./options";
import type { Term } from "./term";

/**
 * When the controller is being removed, and not merely replaced, nobody would be left to give traffic back to the baseline
 * and to let experiments be deleted: so it does that before it goes. A controller that is installed anew goes on with them.
 */
export async function letGoIfUninstalled(
  client: KubernetesClient,
  term: Term,
  { deployment, systemNamespace }: ControllerOptions,
  log: Logger,
): Promise<void> {
  if (deployment === undefined) return;
  try {
    const own = await getDeployment(client, systemNamespace, deployment);
    if (own !== undefined && own.metadata.deletionTimestamp === undefined) return;
  } catch (error) {
    return log.warn((error as Error).message);
  }
  await Promise.all(term.experiments.map((experiment) => letGo(term.world(), experiment, log)));
}

/**
 * Lets all experiments go from outside, but for those that a `pulumi up` drives: for a cluster whose controller was removed
 * before it could.
 *
 * @throws KubernetesError when the experiments cannot be listed
 */
export async function letAllGo({ kubeconfig, namespace }: ControllerOptions, log: Logger): Promise<void> {
  const client = await KubernetesClient.connect(kubeconfig);
  const experiments = await client.list<ExperimentResource>(EXPERIMENTS, namespace);
  const world = worldOver(client, {
    clock: { ...systemClock, now: () => client.clock.now() },
    driver: "controller",
    mayWrite: () => undefined,
    observe: () => Promise.reject(new Error("nothing is observed")),
    history: async () => [],
    announce: async () => undefined,
  });
  await Promise.all(experiments.map((experiment) => letGo(world, experiment, log)));
}

/** Gives the traffic of a release back to its baseline, and takes the finalizer off. */
async function letGo(world: World, experiment: ExperimentResource, log: Logger): Promise<void> {
  const { namespace, name, finalizers = [], deletionTimestamp } = experiment.metadata;
  if (!finalizers.includes(FINALIZER)) return;
  // A release that a `pulumi up` drives goes on without the controller.
  if (deletionTimestamp === undefined && driverOf(experiment) !== world.driver) return;
  try {
    // What has not begun has nothing to undo, and what it finds may be another experiment's.
    if (experiment.status?.serin === undefined) await world.store.removeFinalizer(experiment);
    else await releaseFinalizer(world, experiment, await readScene(world, experiment));
    log.info({ namespace, experiment: name }, "let go: the traffic of a release in progress is on the baseline");
  } catch (error) {
    log.warn({ namespace, experiment: name }, (error as Error).message);
  }
}
