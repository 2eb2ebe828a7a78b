/** What an Envoy is told at its start: who it is, and where istiod is, which tells it the rest. */

export type ProxyName = "gateway" | "client";

export interface Proxy {
  readonly name: ProxyName;
  /** Istio's kinds: a gateway takes requests in; a sidecar sends a workload's requests out. */
  readonly kind: "router" | "sidecar";
  /** By which istiod knows it; nothing listens there. */
  readonly address: string;
  /** Which Gateways and Sidecars are for it. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Namespace of both proxies, and Istio's root namespace. */
export const proxyNamespace = "istio-system";

export const proxies: Readonly<Record<ProxyName, Proxy>> = {
  gateway: {
    name: "gateway",
    kind: "router",
    address: "127.255.0.1",
    labels: { app: "istio-ingressgateway", istio: "ingressgateway" },
  },
  client: { name: "client", kind: "sidecar", address: "127.255.0.2", labels: { app: "traffic-generator" } },
};

export interface BootstrapPorts {
  /** Of the proxy's own administration. */
  readonly admin: number;
  /** Of istiod's discovery service. */
  readonly istiod: number;
  /** Where that listens. @default 127.0.0.1 */
  readonly istiodAddress?: string;
}

const istioVersion = "1.31.0";
const patience = "1s";
const here = "127.0.0.1";

/** An Envoy's bootstrap configuration. Everything but the way to istiod comes from istiod, over one stream. */
export function bootstrap(proxy: Proxy, { admin, istiod, istiodAddress = here }: BootstrapPorts): object {
  const { name, kind, address, labels } = proxy;
  const ads = { ads: {}, resource_api_version: "V3", initial_fetch_timeout: "0s" };
  return {
    node: {
      id: `${kind}~${address}~${name}.${proxyNamespace}~${proxyNamespace}.svc.cluster.local`,
      cluster: `${name}.${proxyNamespace}`,
      metadata: {
        ISTIO_VERSION: istioVersion,
        NAMESPACE: proxyNamespace,
        NAME: name,
        CLUSTER_ID: "Kubernetes",
        INSTANCE_IPS: address,
        LABELS: labels,
        // Nothing redirects the workload's connections: it listens only where a Sidecar says so.
        INTERCEPTION_MODE: "NONE",
      },
    },
    admin: { address: at(here, admin) },
    dynamic_resources: {
      ads_config: {
        api_type: "GRPC",
        transport_api_version: "V3",
        grpc_services: [{ envoy_grpc: { cluster_name: "xds-grpc" } }],
      },
      lds_config: ads,
      cds_config: ads,
    },
    stats_config: {
      // istiod ends a cluster's name in the statistics by a semicolon, since it has dots. As in Istio, it becomes a label.
      use_all_default_tags: false,
      stats_tags: [
        { tag_name: "cluster_name", regex: "^cluster\\.((.+?);\\.)" },
        { tag_name: "envoy.response_code" },
        { tag_name: "envoy.response_code_class" },
      ],
      // The rest would cost memory here and time in Prometheus, and nobody reads it.
      stats_matcher: {
        inclusion_list: {
          patterns: [{ prefix: "cluster.outbound" }, { prefix: "control_plane" }, { prefix: "server.live" }],
        },
      },
    },
    static_resources: { clusters: [istiodCluster(istiodAddress, istiod)] },
  };
}

function istiodCluster(host: string, port: number): object {
  return {
    name: "xds-grpc",
    type: "STATIC",
    connect_timeout: patience,
    load_assignment: {
      cluster_name: "xds-grpc",
      endpoints: [{ lb_endpoints: [{ endpoint: { address: at(host, port) } }] }],
    },
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config: {
          // A connection that died without a word (istiod killed, machine asleep) is found out by this.
          http2_protocol_options: { connection_keepalive: { interval: "10s", timeout: "5s" } },
        },
      },
    },
  };
}

function at(address: string, port: number): object {
  return { socket_address: { address, port_value: port } };
}
