import { conditionOf, type LiveObject } from "../cluster/object";
import { failed, READY, waiting, type Progress } from "./progress";

export function definitionProgress(definition: LiveObject): Progress {
  const names = conditionOf(definition, "NamesAccepted");
  if (names?.status === "False") return failed(`the type's names are taken: ${names.message ?? names.reason ?? ""}`);
  return conditionOf(definition, "Established")?.status === "True"
    ? READY
    : waiting("waiting for the type to be established");
}

export function apiServiceProgress(service: LiveObject): Progress {
  const available = conditionOf(service, "Available");
  if (available?.status === "True") return READY;
  return waiting(`waiting for the API to be available${available?.message ? `: ${available.message}` : ""}`);
}

/** @param bindingMode of the claim's storage class, if it has one */
export function claimProgress(claim: LiveObject, bindingMode: string | undefined): Progress {
  const phase = claim.status?.["phase"];
  // Bound once a pod uses it, which may need this resource to be done first.
  if (phase === "Bound" || bindingMode === "WaitForFirstConsumer") return READY;
  if (phase === "Lost") return failed("the volume of the claim is lost");
  return waiting("waiting for the claim to be bound");
}

export function namespaceProgress(namespace: LiveObject): Progress {
  return namespace.status?.["phase"] === "Active" ? READY : waiting("waiting for the namespace to be active");
}
