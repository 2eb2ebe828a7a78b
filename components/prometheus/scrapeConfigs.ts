import type { ScrapeConfig } from "./prometheusArgs";

/** Names of the jobs that Serin defines. */
export const ownJobs = ["pods", "istiod"] as const;

/** What Serin reads, besides what its own programs tell of themselves. */
const keptMetrics = "istio_requests_total|istio_request_duration_milliseconds(_bucket|_sum|_count)?|serin_.*|iter8_.*";

const annotation = (name: string): string => `__meta_kubernetes_pod_annotation_prometheus_io_${name}`;

// Pods that have ended have an address that may be another pod's by now.
const running = { source_labels: ["__meta_kubernetes_pod_phase"], regex: "Pending|Succeeded|Failed", action: "drop" };

const podLabels = [
  { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
  { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
];

/** The address of a pod with a port: an IPv6 address needs brackets. */
function addresses(port: string) {
  const from = { source_labels: [port, "__meta_kubernetes_pod_ip"], action: "replace", target_label: "__address__" };
  return [
    { ...from, regex: "(\\d+);([^:]+)", replacement: "$2:$1" },
    { ...from, regex: "(\\d+);(.+:.+)", replacement: "[$2]:$1" },
  ];
}

/**
 * Scrapes every pod that is annotated with `prometheus.io/scrape: "true"`, at `prometheus.io/port`, `/path` and `/scheme`.
 * A pod with a sidecar has these annotations from Istio, for the proxy's and the application's metrics merged; so do
 * gateways, the canary controller, the analytics service and Prometheus itself.
 *
 * @param istioNamespace namespace of istiod, which has a job of its own
 */
export function podsJob(istioNamespace: string, keep: "all" | "istio"): ScrapeConfig {
  return {
    job_name: "pods",
    kubernetes_sd_configs: [{ role: "pod" }],
    relabel_configs: [
      { source_labels: [annotation("scrape")], regex: "true", action: "keep" },
      {
        source_labels: ["__meta_kubernetes_namespace", "__meta_kubernetes_pod_label_app"],
        regex: `${istioNamespace};istiod`,
        action: "drop",
      },
      running,
      { source_labels: [annotation("scheme")], regex: "(https?)", action: "replace", target_label: "__scheme__" },
      { source_labels: [annotation("path")], regex: "(.+)", action: "replace", target_label: "__metrics_path__" },
      // Each port of a pod is a target at first. With the same address they are one.
      ...addresses(annotation("port")),
      ...podLabels,
    ],
    ...(keep === "all"
      ? {}
      : { metric_relabel_configs: [{ source_labels: ["__name__"], regex: keptMetrics, action: "keep" }] }),
  };
}

/** Scrapes the pods of istiod, of all its revisions. */
export function istiodJob(istioNamespace: string): ScrapeConfig {
  return {
    job_name: "istiod",
    kubernetes_sd_configs: [
      {
        role: "pod",
        namespaces: { names: [istioNamespace] },
        selectors: [{ role: "pod", label: "app=istiod" }],
      },
    ],
    relabel_configs: [
      running,
      { target_label: "__tmp_port", replacement: "15014" },
      ...addresses("__tmp_port"),
      ...podLabels,
    ],
  };
}
