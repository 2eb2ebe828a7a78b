import type { DesiredRoute } from "../adapters/istio/desiredRoute";
import { parsePropagation, PROPAGATION_MS } from "../adapters/istio/propagation";
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

/** Brings the route of a release's Service to the desired one, once the subsets it names have been there long enough. */
export async function ensureRoute(client: KubernetesClient, inputs: ReleaseInputs, route: DesiredRoute): Promise<void> {
  await routesOf(client, inputs).ensure(route, parsePropagation(inputs.propagation) ?? PROPAGATION_MS);
}
