import assert from "node:assert/strict";

import { parse } from "yaml";

import { bootstrap, proxies } from "../../../sandbox/dataplane/bootstrap";
import { clientSidecar, gatewayObjects } from "../../../sandbox/dataplane/istioObjects";

interface Parsed {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object };
  readonly spec: Readonly<Record<string, unknown>>;
}

const objects = gatewayObjects(15080).map((text) => parse(text) as Parsed);

function only(kind: string): Parsed {
  const [found, ...others] = objects.filter((object) => object.kind === kind);
  if (found === undefined || others.length > 0) assert.fail(`${kind}: ${others.length} too many, or none`);
  return found;
}

const labelsOf = (name: "client" | "gateway"): unknown =>
  (bootstrap(proxies[name], { admin: 1, istiod: 2 }) as { node: { metadata: { LABELS: object } } }).node.metadata
    .LABELS;

describe("what istiod is told about the gateway", () => {
  it("begins with the namespace that all else is in", () => {
    assert.deepEqual(objects[0], { apiVersion: "v1", kind: "Namespace", metadata: { name: "istio-system" } });
    const namespaces = objects.slice(1).map(({ metadata }) => metadata.namespace);
    assert.deepEqual(new Set(namespaces), new Set(["istio-system"]));
  });

  it("has versions that the API server serves", () => {
    const kinds = objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    assert.deepEqual(kinds, [
      "v1 Namespace",
      "v1 Service",
      "networking.istio.io/v1 WorkloadEntry",
      "networking.istio.io/v1alpha3 EnvoyFilter",
    ]);
  });

  it("gives the gateway Istio's own Service, whose port 80 leads to the gateway's port", () => {
    const { metadata, spec } = only("Service");
    assert.equal(metadata.name, "istio-ingressgateway");
    assert.deepEqual(spec["selector"], labelsOf("gateway"));
    assert.deepEqual(spec["ports"], [{ name: "http2", port: 80, targetPort: 15080 }]);
  });

  it("makes the gateway the Service's endpoint, by the address that it tells istiod", () => {
    const { metadata, spec } = only("WorkloadEntry");
    assert.deepEqual(spec, { address: "127.255.0.1", labels: labelsOf("gateway") });
    assert.deepEqual(metadata.labels, labelsOf("gateway"));
  });

  it("keeps the gateway's listeners off every other network", () => {
    assert.deepEqual(only("EnvoyFilter").spec["configPatches"], [
      {
        applyTo: "LISTENER",
        match: { context: "GATEWAY" },
        patch: { operation: "MERGE", value: { address: { socket_address: { address: "127.0.0.1" } } } },
      },
    ]);
  });
});

describe("what istiod is told about the client", () => {
  function sidecar(ports: readonly number[]): Parsed {
    return parse(clientSidecar({ address: "127.255.1.1", port80: 15081, ports })) as Parsed;
  }

  const listener = (number: number, protocol: string, name: string): object => ({
    port: { number, protocol, name },
    bind: "127.255.1.1",
    captureMode: "NONE",
    hosts: ["*/*"],
  });

  it("is for the proxy of that name only", () => {
    const { apiVersion, kind, metadata, spec } = sidecar([]);
    assert.deepEqual([apiVersion, kind], ["networking.istio.io/v1", "Sidecar"]);
    assert.equal(metadata.namespace, "istio-system");
    assert.deepEqual(spec["workloadSelector"], { labels: labelsOf("client") });
  });

  it("has it listen on the Services' ports at an address of its own, and for port 80 as an HTTP proxy", () => {
    assert.deepEqual(sidecar([80, 9080]).spec["egress"], [
      listener(15081, "HTTP_PROXY", "http-proxy-15081"),
      listener(9080, "HTTP", "http-9080"),
    ]);
  });

  it("has one listener a port, also where a Service has the port that stands for 80", () => {
    assert.deepEqual(sidecar([15081]).spec["egress"], [listener(15081, "HTTP_PROXY", "http-proxy-15081")]);
  });
});
