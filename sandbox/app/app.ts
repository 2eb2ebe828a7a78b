import { setTimeout as sleep } from "node:timers/promises";

import { SeriesStore } from "../mesh/series";
import { PodBehaviour, type BehaviourOptions } from "./behaviour";
import { readPodInfo } from "./downward";
import { follow } from "./follow";
import { close, listen, UnusedSockets } from "./listening";
import { metricsPort, metricsServer } from "./metricsPage";
import { podServer } from "./serve";

/** The port that every version of every service is served at. */
export const servicePort = 9080;

const growMs = 1_000;
/** How long requests in flight may take once nothing new is accepted. */
const lastRequestsMs = 5_000;

export interface AppOptions extends BehaviourOptions {
  /** The pod's IP, which this machine must have. */
  readonly address: string;
  /** Ports to serve at, besides 9080. */
  readonly ports: readonly number[];
  /** The folder of the downward API's files. */
  readonly podInfo: string;
}

/** The sample application of one pod, serving. */
export interface App {
  /** Serves for `drainMs` more, then accepts nothing new, and resolves when the last request is answered. */
  stop(drainMs: number): Promise<void>;
}

/** @throws Error when a port cannot be listened on, or the pod's files cannot be read */
export async function startApp(options: AppOptions): Promise<App> {
  const { address, now, warn, podInfo } = options;
  const behaviour = new PodBehaviour(options, readPodInfo(podInfo, warn));
  const series = new SeriesStore(["destination"]);
  let ending = false;

  const unused = new UnusedSockets();
  const serving = [...new Set([servicePort, ...options.ports])].map((port) => {
    const server = podServer({ behaviour, series, now, isEnding: () => ending });
    unused.watch(server);
    return { port, server };
  });
  const metrics = metricsServer(series, behaviour);
  unused.watch(metrics);
  await listen(address, [...serving, { port: metricsPort, server: metrics }]);

  const look = (): void => {
    try {
      behaviour.become(readPodInfo(podInfo, warn));
    } catch (error) {
      warn(`the pod stays as it was: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const unfollow = follow(podInfo, look, warn);
  // For what changed between the first reading and the watch.
  look();
  const growth = setInterval(() => behaviour.memory.advance(), growMs).unref();

  return {
    async stop(drainMs) {
      ending = true;
      await sleep(drainMs);
      await close(
        serving.map(({ server }) => server),
        unused,
        lastRequestsMs,
      );
      unfollow();
      clearInterval(growth);
      await close([metrics], unused, 0);
    },
  };
}
