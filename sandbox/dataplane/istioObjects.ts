import { stringify } from "yaml";
import { proxies, proxyNamespace } from "./bootstrap";

const inRoot = (name: string) => ({ name, namespace: proxyNamespace });

/**
 * The gateway as istiod is to see it, as YAML texts. It has the Service that Istio's own has, so that a `Gateway` for port
 * 80 of `istio: ingressgateway` works as it stands, although it really listens on another port.
 *
 * @param port where it listens for port 80
 */
export function gatewayObjects(port: number): string[] {
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: proxyNamespace } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: inRoot("istio-ingressgateway"),
      spec: { selector: proxies.gateway.labels, ports: [{ name: "http2", port: 80, targetPort: port }] },
    },
    {
      apiVersion: "networking.istio.io/v1",
      kind: "WorkloadEntry",
      metadata: { ...inRoot("istio-ingressgateway"), labels: proxies.gateway.labels },
      spec: { address: proxies.gateway.address, labels: proxies.gateway.labels },
    },
    {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: inRoot("loopback-only"),
      spec: {
        // A Gateway says on which port to listen, and seldom on which address: Istio's default is all of them.
        configPatches: [
          {
            applyTo: "LISTENER",
            match: { context: "GATEWAY" },
            patch: { operation: "MERGE", value: { address: { socket_address: { address: "127.0.0.1" } } } },
          },
        ],
      },
    },
  ];
  return objects.map((object) => stringify(object));
}

export interface ClientListeners {
  readonly address: string;
  /** Takes what is for port 80. */
  readonly port80: number;
  /** Ports of Services. */
  readonly ports: readonly number[];
}

/**
 * The traffic generator's sidecar, as a YAML text. Nothing redirects its connections, so it listens on the port of each
 * Service at an address of its own. Port 80 may be forbidden; an HTTP proxy on any port will do for it.
 */
export function clientSidecar({ address, port80, ports }: ClientListeners): string {
  const egress = (number: number, protocol: string) => ({
    port: { number, protocol, name: `${protocol.toLowerCase().replace("_", "-")}-${number}` },
    bind: address,
    captureMode: "NONE",
    hosts: ["*/*"],
  });
  return stringify({
    apiVersion: "networking.istio.io/v1",
    kind: "Sidecar",
    metadata: inRoot(proxies.client.name),
    spec: {
      workloadSelector: { labels: proxies.client.labels },
      egress: [
        egress(port80, "HTTP_PROXY"),
        ...ports.filter((port) => port !== 80 && port !== port80).map((port) => egress(port, "HTTP")),
      ],
    },
  });
}
