import { ServiceRoutes } from "../adapters/istio/routes";
import type { KubernetesClient } from "../adapters/kubernetes/client";
import { systemClock } from "../driver/world";
import type { ReleaseInputs } from "./inputs";

/** The route of a release's Service. */
export function routesOf(
  client: KubernetesClient,
  { service, namespace, routingReference }: Pick<ReleaseInputs, "service" | "namespace" | "routingReference">,
): ServiceRoutes {
  return new ServiceRoutes(client, { name: service, namespace }, routingReference, undefined, systemClock);
}
