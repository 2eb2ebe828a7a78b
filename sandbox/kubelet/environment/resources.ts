import { cpus, totalmem } from "node:os";

import type { V1Container, V1Pod, V1ResourceFieldSelector } from "@kubernetes/client-node";
import { quantityToScalar } from "@kubernetes/client-node/dist/util.js";

/**
 * A limit or request of a container, in whole units of the divisor, rounded up. A limit that is not set is this
 * machine's, a request that is not set is 0. @throws Error for a resource that containers cannot have
 */
export function resourceOf(container: V1Container, { resource, divisor }: V1ResourceFieldSelector): string {
  const [, kind, name = ""] = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(resource) ?? [];
  if (kind === undefined) throw new Error(`unsupported container resource : ${resource}`);
  const own = (kind === "limits" ? container.resources?.limits : container.resources?.requests)?.[name];
  const value = own ?? (kind === "limits" ? machinesOwn(name) : "0");
  const unit = Number(quantityToScalar(divisor ?? "0")) || 1;
  // Thousandths are whole numbers, so that a quotient of decimal fractions is not a hair above its value.
  return String(Math.ceil(Math.round(Number(quantityToScalar(value)) * 1000) / Math.round(unit * 1000)));
}

function machinesOwn(resource: string): string {
  if (resource === "cpu") return String(cpus().length);
  return resource === "memory" ? String(totalmem()) : "0";
}

/** @throws Error when the pod has no such container */
export function containerNamed({ spec }: V1Pod, name: string | undefined): V1Container {
  const found = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find((one) => one.name === name);
  if (found === undefined) throw new Error(`container ${name ?? ""} not found`);
  return found;
}
