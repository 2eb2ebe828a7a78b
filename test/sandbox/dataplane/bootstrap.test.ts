import assert from "node:assert/strict";

import { bootstrap, proxies } from "../../../sandbox/dataplane/bootstrap";

/** Every value under the key, wherever it is. */
function valuesOf(key: string, within: unknown): unknown[] {
  if (typeof within !== "object" || within === null) return [];
  return Object.entries(within).flatMap(([name, value]: [string, unknown]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(key, value),
  ]);
}

const ports = { admin: 15001, istiod: 15010 };

describe("an Envoy's bootstrap", () => {
  for (const proxy of Object.values(proxies)) {
    it(`has the ${proxy.name} listen and connect on the loopback interface only`, () => {
      const addresses = valuesOf("socket_address", bootstrap(proxy, ports));
      assert.deepEqual(addresses, [
        { address: "127.0.0.1", port_value: 15001 },
        { address: "127.0.0.1", port_value: 15010 },
      ]);
    });
  }

  it("leaves listeners and clusters to istiod, over one stream, and waits for them", () => {
    const config = bootstrap(proxies.client, ports) as Record<string, Record<string, unknown>>;
    const ads = { ads: {}, resource_api_version: "V3", initial_fetch_timeout: "0s" };
    assert.deepEqual(config["dynamic_resources"]?.["lds_config"], ads);
    assert.deepEqual(config["dynamic_resources"]["cds_config"], ads);
    assert.deepEqual(valuesOf("cluster_name", config["dynamic_resources"]), ["xds-grpc"]);
    assert.deepEqual(Object.keys(config["static_resources"] ?? {}), ["clusters"]);
    assert.deepEqual(valuesOf("name", config["static_resources"]), ["xds-grpc"]);
  });

  it("speaks HTTP/2 to istiod, and finds out when the connection has died", () => {
    const [options] = valuesOf("http2_protocol_options", bootstrap(proxies.client, ports));
    assert.deepEqual(options, { connection_keepalive: { interval: "10s", timeout: "5s" } });
  });

  it("tells istiod who the proxy is", () => {
    const nodeOf = (proxy: (typeof proxies)["client"]) =>
      (bootstrap(proxy, ports) as { node: { id: string; metadata: Record<string, unknown> } }).node;
    const gateway = nodeOf(proxies.gateway);
    assert.equal(gateway.id, "router~127.255.0.1~gateway.istio-system~istio-system.svc.cluster.local");
    assert.deepEqual(gateway.metadata["LABELS"], { app: "istio-ingressgateway", istio: "ingressgateway" });
    assert.equal(gateway.metadata["INSTANCE_IPS"], "127.255.0.1");
    const client = nodeOf(proxies.client);
    assert.equal(client.id, "sidecar~127.255.0.2~client.istio-system~istio-system.svc.cluster.local");
    assert.deepEqual(client.metadata["LABELS"], { app: "traffic-generator" });
    assert.equal(client.metadata["NAMESPACE"], "istio-system");
    assert.equal(client.metadata["INTERCEPTION_MODE"], "NONE");
  });

  it("keeps the statistics of the Services, and few others", () => {
    const [patterns] = valuesOf("patterns", bootstrap(proxies.client, ports));
    assert.deepEqual(patterns, [
      { prefix: "cluster.outbound" },
      { prefix: "control_plane" },
      { prefix: "server.live" },
    ]);
  });
});
