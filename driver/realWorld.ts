import { ServiceRoutes } from "../adapters/istio/routes";
import type { KubernetesApi } from "../adapters/kubernetes/api";
import { getDeployment, getService } from "../adapters/kubernetes/deployments";
import { orUndefined } from "../adapters/kubernetes/errors";
import { ExperimentStore } from "../adapters/kubernetes/experiments";
import { DEPLOYMENTS } from "../adapters/kubernetes/paths";
import type { World } from "./world";

/** What a driver's world is made of, beside the cluster. */
export type Surroundings = Pick<World, "clock" | "driver" | "observe" | "history" | "announce" | "setUrgency"> & {
  /** Called before each write; throws when this process may not write any more. */
  readonly mayWrite: () => void;
};

/** The world of a driver over a cluster. */
export function worldOver(api: KubernetesApi, { mayWrite, ...others }: Surroundings): World {
  const { clock } = others;
  return {
    ...others,
    store: new ExperimentStore(api, mayWrite),
    routesOf: ({ metadata: { namespace }, spec: { targetService, routingReference } }) =>
      new ServiceRoutes(api, { name: targetService.name, namespace }, routingReference?.name, mayWrite, clock),
    service: (namespace, name) => getService(api, namespace, name),
    deployment: (namespace, name) => getDeployment(api, namespace, name),
    deleteDeployment: async (namespace, name) => {
      mayWrite();
      await orUndefined(api.delete(DEPLOYMENTS, namespace, name));
    },
  };
}
