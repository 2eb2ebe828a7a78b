import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { KubernetesClient } from "../adapters/kubernetes/client";
import { recordEvent } from "../adapters/kubernetes/events";
import { DEFAULTS } from "../adapters/kubernetes/experiment/read";
import { API_VERSION, KIND, type ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { experimentLease, Lease } from "../adapters/kubernetes/lease";
import { PrometheusClient } from "../adapters/prometheus/client";
import { parseDuration } from "../engine";
import { askAlone, experimentMetrics } from "../driver/metrics";
import { worldOver } from "../driver/realWorld";
import { systemClock, type Clock, type World } from "../driver/world";

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
    name: experimentLease(name),
    identity: `pulumi/${hostname()}/${process.pid}/${randomBytes(4).toString("hex")}`,
    durationSeconds: Math.max(1, Math.ceil((parseDuration(leaseDuration) ?? 15_000) / 1000)),
    owner: uid === undefined ? undefined : { apiVersion: API_VERSION, kind: KIND, name, uid },
    monotonic: systemClock.monotonic,
    now: () => client.clock.now(),
  });
  // The API server's time, by which every other driver goes, too.
  const clock: Clock = { ...systemClock, now: () => client.clock.now() };
  const source = askAlone(
    new PrometheusClient({ baseURL: experiment.spec.serin?.prometheusURL ?? DEFAULTS.prometheusURL }),
  );
  const world = worldOver(client, {
    clock,
    driver: "pulumi",
    mayWrite: () => lease.assertHeld(),
    ...experimentMetrics(client, () => source),
    announce: async (target, occurrence) => {
      const now = clock.now();
      await recordEvent(client, target, occurrence, { first: now, last: now }).catch(() => undefined);
    },
  });
  return { world, lease };
}
