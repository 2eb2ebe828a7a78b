import type { KubernetesClient } from "../adapters/kubernetes/client";
import { isForbidden, isTransient, orUndefined } from "../adapters/kubernetes/errors";
import type { DriverName } from "../adapters/kubernetes/experiment/resource";
import { CONTROLLER_LEASE, seemsHeld, type LeaseObject } from "../adapters/kubernetes/lease";
import { LEASES } from "../adapters/kubernetes/paths";
import type { ReleaseInputs } from "./inputs";

export type DriverInputs = Pick<ReleaseInputs, "driver" | "controllerNamespace">;

/** Who is to drive a release: as the inputs say, else the controller where one is at work. */
export async function chooseDriver(client: KubernetesClient, inputs: DriverInputs): Promise<DriverName> {
  if (inputs.driver !== undefined) return inputs.driver;
  return (await controllerIsAtWork(client, inputs)) ? "controller" : "pulumi";
}

/** Whether a controller holds its Lease. Who may not read the Lease has none to rely on. */
export async function controllerIsAtWork(
  client: KubernetesClient,
  { controllerNamespace }: DriverInputs,
): Promise<boolean> {
  try {
    const lease = await orUndefined(client.get<LeaseObject>(LEASES, controllerNamespace, CONTROLLER_LEASE));
    return seemsHeld(lease, client.clock.now());
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}

/**
 * Tells, whenever asked, whether the controller that drives a release has gone for good: not at work for as long as it
 * takes a second replica to step in. Never so while the API server cannot be asked.
 */
export function controllerWatch(
  client: KubernetesClient,
  inputs: DriverInputs,
  monotonic: () => number,
): () => Promise<boolean> {
  let lastSeen = monotonic();
  let askedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = monotonic();
    if (now - askedAt < ASK_EVERY_MS) return false;
    askedAt = now;
    const atWork = await controllerIsAtWork(client, inputs).catch((error: unknown) => {
      if (isTransient(error)) return true;
      throw error;
    });
    if (atWork) lastSeen = now;
    return now - lastSeen >= STEP_IN_MS;
  };
}

const ASK_EVERY_MS = 2000;
const STEP_IN_MS = 10_000;
