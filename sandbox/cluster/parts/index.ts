import { etcd } from "./etcd";
import { apiServer, controllerManager, scheduler } from "./kubernetes";
import { kwok } from "./kwok";
import { mesh } from "./mesh";
import type { Part, PartName } from "./part";
import { prometheus } from "./prometheus";

/** In the order in which they start; they stop in the opposite one. */
export const parts: readonly Part[] = [etcd, apiServer, controllerManager, scheduler, kwok, prometheus, mesh];

export const partNames: readonly PartName[] = parts.map(({ name }) => name);

export function partNamed(name: PartName): Part {
  const found = parts.find((part) => part.name === name);
  if (!found) throw new Error(`there is no part ${name}`);
  return found;
}

export function isPartName(name: string): name is PartName {
  return parts.some((part) => part.name === name);
}
