import { fqdn } from "../../../adapters/istio/host";
import { TRAFFIC } from "../load/plan";
import type { Counters } from "./traffic";

/**
 * Istio's standard counters as Prometheus reads them, with the labels that matter. The text is put together here because
 * a registry of prom-client would hash and check the labels of thousands of series at every scrape.
 */
export class Exposition {
  private readonly labels = new Map<string, string>();

  render(all: readonly Counters[]): string {
    const rows = all.flatMap(({ requests, errors, ...names }) => [
      { labels: this.labelsOf(names, "200"), requests: requests - errors },
      { labels: this.labelsOf(names, "503"), requests: errors },
    ]);
    const duration = "istio_request_duration_milliseconds";
    return [
      "# TYPE istio_requests_total counter",
      ...rows.map(({ labels, requests }) => `istio_requests_total${labels} ${requests}`),
      `# TYPE ${duration} summary`,
      ...rows.map(({ labels, requests }) => `${duration}_sum${labels} ${requests * TRAFFIC.latencyMs}`),
      ...rows.map(({ labels, requests }) => `${duration}_count${labels} ${requests}`),
      "",
    ].join("\n");
  }

  private labelsOf({ namespace, service, workload }: Omit<Counters, "requests" | "errors">, code: string): string {
    const key = `${namespace}/${service}/${workload}/${code}`;
    let text = this.labels.get(key);
    if (text === undefined) {
      const labels = {
        reporter: "source",
        source_workload: "gateway",
        source_workload_namespace: "istio-system",
        destination_workload: workload,
        destination_workload_namespace: namespace,
        destination_service: fqdn({ name: service, namespace }),
        destination_service_name: service,
        destination_service_namespace: namespace,
        request_protocol: "http",
        response_code: code,
      };
      text = `{${Object.entries(labels)
        .map(([name, value]) => `${name}="${value}"`)
        .join(",")}}`;
      this.labels.set(key, text);
    }
    return text;
  }
}
