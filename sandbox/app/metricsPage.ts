import { createServer, type Server } from "node:http";

import { addMetric, istioRegistry } from "../mesh/exposition";
import type { SeriesStore } from "../mesh/series";
import type { PodBehaviour } from "./behaviour";

/** Istio's port for the merged metrics of a pod. */
export const metricsPort = 15_020;
/** Where Istio's agent serves what it merged of the application's metrics and the sidecar's. */
export const metricsPath = "/stats/prometheus";

/** A server that shows what the pod counted, and the memory that its process has. */
export function metricsServer(series: SeriesStore, behaviour: PodBehaviour): Server {
  const registry = istioRegistry(series);
  const memory = {
    name: "process_resident_memory_bytes",
    help: "Resident memory of the pod's process.",
    type: "gauge",
  };
  addMetric(registry, memory, () => {
    const { workload, namespace, labels } = behaviour.identity.pod;
    const sharedLabels = {
      destination_workload: workload,
      destination_workload_namespace: namespace,
      destination_version: labels["version"] || "unknown",
    };
    return [{ labels: {}, sharedLabels, value: process.memoryUsage.rss() }];
  });
  return createServer((request, response) => {
    if (request.url?.split("?")[0] !== metricsPath) {
      response.writeHead(404).end(`no such page; there is ${metricsPath}\n`);
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
    );
  });
}
