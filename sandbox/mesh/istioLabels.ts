import { fqdn } from "./hosts";
import type { ObjectName, Pod } from "./model";
import { trafficSource } from "./source";
import { canonicalRevision, canonicalService } from "./workload";

export type Reporter = "source" | "destination";

/** Everything about a request that Istio's standard metrics tell apart. */
export interface Outcome {
  readonly service: ObjectName;
  readonly pod: Pod | undefined;
  readonly code: number;
  readonly flags: string;
}

/** The labels of Istio's standard metrics, in Istio's order. */
export function istioLabels(reporter: Reporter, { service, pod, code, flags }: Outcome): Record<string, string> {
  return {
    reporter,
    source_workload: trafficSource.workload,
    source_canonical_service: canonicalService(trafficSource.labels, trafficSource.workload),
    source_canonical_revision: canonicalRevision(trafficSource.labels),
    source_workload_namespace: trafficSource.namespace,
    source_principal: pod ? principal(trafficSource.namespace, trafficSource.workload) : "unknown",
    source_app: trafficSource.labels.app,
    source_version: "unknown",
    source_cluster: "Kubernetes",
    destination_workload: pod?.workload ?? "unknown",
    destination_workload_namespace: pod?.namespace ?? "unknown",
    destination_principal: pod ? principal(pod.namespace, pod.serviceAccount) : "unknown",
    destination_app: pod?.labels["app"] || "unknown",
    destination_version: pod?.labels["version"] || "unknown",
    destination_service: service.namespace === "unknown" ? service.name : fqdn(service),
    destination_canonical_service: pod ? canonicalService(pod.labels, pod.workload) : "unknown",
    destination_canonical_revision: pod ? canonicalRevision(pod.labels) : "latest",
    destination_service_name: service.name,
    destination_service_namespace: service.namespace,
    destination_cluster: pod ? "Kubernetes" : "unknown",
    request_protocol: "http",
    response_code: String(code),
    grpc_response_status: "",
    response_flags: flags,
    // Only the server's side knows what the connection was secured by; Istio's client side always says `unknown`.
    connection_security_policy: reporter === "destination" ? "mutual_tls" : "unknown",
  };
}

function principal(namespace: string, serviceAccount: string): string {
  return `spiffe://cluster.local/ns/${namespace}/sa/${serviceAccount}`;
}
