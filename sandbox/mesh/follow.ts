import { setTimeout as sleep } from "node:timers/promises";

import type { KubeConfig } from "@kubernetes/client-node";

import { collection } from "./apiServer";
import { log } from "./log";
import type { Kind } from "./caches";
import type { ObjectSink } from "./objects";
import { runWatchLoop } from "./watchLoop";

const paths: Readonly<Record<Kind, string>> = {
  services: "/api/v1/services",
  pods: "/api/v1/pods",
  virtualservices: "/apis/networking.istio.io/v1/virtualservices",
  destinationrules: "/apis/networking.istio.io/v1/destinationrules",
};

/** Milliseconds since the epoch by the monotonic clock: a step of the wall clock is neither a stall nor a burst. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Keeps the sinks equal to the cluster's objects until the signal aborts. */
export async function follow(
  cluster: KubeConfig,
  sinkOf: (kind: Kind) => ObjectSink,
  signal: AbortSignal,
): Promise<void> {
  const loops = (Object.keys(paths) as Kind[]).map((kind) =>
    runWatchLoop({
      name: kind,
      source: collection(cluster, paths[kind]),
      sink: sinkOf(kind),
      signal,
      sleep: (ms, aborted) => sleep(ms, undefined, { signal: aborted }).catch(() => undefined),
      now,
      random: Math.random,
      log,
    }),
  );
  await Promise.all(loops);
}
