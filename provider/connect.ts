import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { KubernetesClient } from "../adapters/kubernetes/client";
import { getDeployment, getService } from "../adapters/kubernetes/deployments";
import { orUndefined } from "../adapters/kubernetes/errors";
import { recordEvent } from "../adapters/kubernetes/events";
import { API_VERSION, KIND, type ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { ExperimentStore } from "../adapters/kubernetes/experiments";
import { Lease } from "../adapters/kubernetes/lease";
import { DEPLOYMENTS } from "../adapters/kubernetes/paths";
import { ServiceRoutes } from "../adapters/istio/routes";
import { PrometheusClient } from "../adapters/prometheus/client";
import { parseDuration } from "../engine";
import { experimentMetrics } from "../driver/metrics";
import { systemClock, type World } from "../driver/world";

/** A driver's hold on one release: the world as it sees it, and the Lease without which it may not write to it. */
export interface Driver {
  readonly world: World;
  readonly lease: Lease;
}

/** Joins the engine's driver to the real cluster and the real Prometheus, for one experiment. */
export function connectDriver(client: KubernetesClient, experiment: ExperimentResource, leaseDuration: string): Driver {
  const { name, namespace, uid } = experiment.metadata;
  const lease = new Lease(client, {
    namespace,
    name: `serin-${name}`,
    identity: `pulumi/${hostname()}/${process.pid}/${randomBytes(4).toString("hex")}`,
    durationSeconds: Math.max(1, Math.ceil((parseDuration(leaseDuration) ?? 15_000) / 1000)),
    owner: uid === undefined ? undefined : { apiVersion: API_VERSION, kind: KIND, name, uid },
    monotonic: systemClock.monotonic,
  });
  const mayWrite = () => lease.assertHeld();
  const prometheus = new PrometheusClient({ baseURL: experiment.spec.serin?.prometheusURL ?? "" });
  const world: World = {
    clock: systemClock,
    store: new ExperimentStore(client, mayWrite),
    routesOf: ({ metadata, spec }) =>
      new ServiceRoutes(
        client,
        { name: spec.targetService.name, namespace: metadata.namespace },
        spec.routingReference?.name,
        mayWrite,
      ),
    service: (ns, service) => getService(client, ns, service),
    deployment: (ns, deployment) => getDeployment(client, ns, deployment),
    deleteDeployment: async (ns, deployment) => {
      mayWrite();
      await orUndefined(client.delete(DEPLOYMENTS, ns, deployment));
    },
    ...experimentMetrics(client, prometheus),
    announce: async (target, occurrence) => {
      await recordEvent(client, target, occurrence, systemClock.now()).catch(() => undefined);
    },
  };
  return { world, lease };
}
