import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { KubernetesClient } from "../adapters/kubernetes/client";
import { CONTROLLER_LEASE, Lease } from "../adapters/kubernetes/lease";
import { systemClock, type Clock } from "../driver/world";
import { electLeader } from "./election";
import { Instruments, resourceOf } from "./instruments";
import type { ControllerOptions } from "./options";
import { serve } from "./server";
import { letGoIfUninstalled } from "./uninstall";
import { Term } from "./term";

/** The Lease is taken for so long at first, in s; the election lengthens it while there is nothing to do. */
const LEASE_SECONDS = 10;

/**
 * Runs the controller until the signal aborts: serves its health and metrics, waits for its turn to lead, and while it leads
 * drives every release that is the controller's.
 *
 * @throws Error when there is no cluster, or the address to listen on is taken
 */
export async function runController(options: ControllerOptions, log: Logger, signal: AbortSignal): Promise<void> {
  const instruments = new Instruments();
  const client = await KubernetesClient.connect(options.kubeconfig, ({ method, path, status }) =>
    instruments.requests.inc({ method: method.toUpperCase(), resource: resourceOf(path), code: String(status) }),
  );
  const clock: Clock = { ...systemClock, now: () => client.clock.now() };
  const identity = options.identity ?? `${hostname()}/${process.pid}/${randomBytes(4).toString("hex")}`;
  const { systemNamespace: namespace } = options;
  const name = CONTROLLER_LEASE;
  const lease = new Lease(client, {
    namespace,
    name,
    identity,
    durationSeconds: LEASE_SECONDS,
    monotonic: clock.monotonic,
    now: clock.now,
  });
  let term: Term | undefined;
  let state: "starting" | "standby" | "leading" | "lost" = "starting";
  instruments.gauge("serin_leader", "1 while this process leads.", () => (state === "leading" ? 1 : 0));
  instruments.gauge("serin_experiments", "Experiments that are not over.", () => term?.size ?? 0);
  instruments.gauge("serin_queue_depth", "Releases that are being looked at.", () => term?.depth ?? 0);
  instruments.gauge("serin_requests_waiting", "Requests that wait for their turn.", () => term?.requestsWaiting ?? 0);
  instruments.gauge("serin_events_waiting", "Experiments with Events to be written.", () => term?.eventsWaiting ?? 0);

  const server = await serve(options.listen.host, options.listen.port, {
    unhealthy: () => undefined, // whoever answers lives
    unready: () => unready(state, term),
    metrics: async () => ({
      contentType: instruments.registry.contentType,
      body: await instruments.registry.metrics(),
    }),
  });
  log.info({ identity, port: server.port, server: client.server }, "started");
  try {
    await electLeader(
      {
        client,
        lease,
        namespace,
        name,
        clock,
        isBusy: () => (term?.size ?? 0) > 0,
        onChange: (next, holder) => {
          state = next;
          log.info({ state, ...(holder && { holder }) }, next === "standby" ? "waits for its turn to lead" : next);
        },
        lead: async (stop) => {
          term = new Term({ client, clock, identity, lease, instruments, log, options });
          await term.run(stop);
          if (signal.aborted) await letGoIfUninstalled(client, term, options, log);
          term = undefined;
        },
      },
      signal,
    );
  } finally {
    await server.close();
    log.info("stopped");
  }
}

function unready(state: string, term: Term | undefined): string | undefined {
  if (state === "standby") return undefined;
  if (state === "leading" && term?.isSynced) return undefined;
  return state === "leading"
    ? "the copies of the cluster's objects are not complete yet"
    : `the controller is ${state}`;
}
