import { etcd } from "./etcd";
import { istiod } from "./istiod";
import { kubelet, platformKubelet } from "./kubelet";
import { apiServer, controllerManager, scheduler } from "./kubernetes";
import { kwok } from "./kwok";
import { envoyMesh, meshOnDemand, simulatedMesh } from "./mesh";
import type { DataPlaneName, Part, PartName } from "./part";
import { prometheus } from "./prometheus";
import { services } from "./services";

const cluster: readonly Part[] = [etcd, apiServer, controllerManager, scheduler, kwok];

/** In the order in which they start; they stop in the opposite one. */
const parts: Readonly<Record<DataPlaneName, readonly Part[]>> = {
  simulated: [...cluster, prometheus, simulatedMesh],
  envoy: [...cluster, prometheus, istiod, kubelet, envoyMesh],
  bare: [...cluster, services, platformKubelet, meshOnDemand],
};

export function partsOf(dataPlane: DataPlaneName): readonly Part[] {
  return parts[dataPlane];
}

/** Of all data planes. */
export const partNames: readonly PartName[] = [...new Set(Object.values(parts).flat())]
  .map(({ name }) => name)
  .filter((name, index, all) => all.indexOf(name) === index);

/** @throws Error when the data plane has no such part */
export function partNamed(name: PartName, dataPlane: DataPlaneName): Part {
  const found = parts[dataPlane].find((part) => part.name === name);
  if (!found) throw new Error(`with the data plane ${dataPlane} there is no part ${name}`);
  return found;
}

export function isPartName(name: string): name is PartName {
  return partNames.some((known) => known === name);
}
