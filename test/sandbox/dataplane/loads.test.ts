import assert from "node:assert/strict";

import { loadOf, servicesAtGateway } from "../../../sandbox/dataplane/loads";
import { service } from "../mesh/fixtures";

const entrances = { client: (port: number) => `http://127.255.1.1:${port}`, gateway: "http://127.0.0.1:2" };

function load(annotations: Readonly<Record<string, string>>, more: { port?: number | undefined } = {}) {
  const problems: string[] = [];
  const prefixed = Object.entries(annotations).map(([key, value]) => [`mesh.serin.dev/${key}`, value]);
  const target = service("web", { annotations: Object.fromEntries(prefixed), ...more });
  return { load: loadOf(target, entrances, (problem) => problems.push(problem)), problems };
}

describe("the load on a Service", () => {
  it("goes in by the client's proxy, to the Service's full name and port", () => {
    assert.deepEqual(load({ "requests-per-second": "2.5" }), {
      load: {
        service: { namespace: "shop", name: "web" },
        url: "http://127.255.1.1:9080",
        host: "web.shop.svc.cluster.local:9080",
        requestsPerSecond: 2.5,
      },
      problems: [],
    });
  });

  it("goes in by the gateway when the Service says by which host", () => {
    const { load: found, problems } = load({ "requests-per-second": "50", "gateway-host": "shop.example.com" });
    assert.equal(found?.url, entrances.gateway);
    assert.equal(found.host, "shop.example.com");
    assert.deepEqual(found.service, { namespace: "shop", name: "web" });
    assert.deepEqual(problems, []);
  });

  it("goes in by the client's proxy when the gateway's host is empty", () => {
    assert.equal(load({ "requests-per-second": "50", "gateway-host": "" }).load?.url, "http://127.255.1.1:9080");
  });

  it("is none without a rate, or without a port", () => {
    assert.equal(load({}).load, undefined);
    assert.equal(load({ "gateway-host": "shop.example.com" }).load, undefined);
    assert.equal(load({ "requests-per-second": "50" }, { port: undefined }).load, undefined);
  });

  it("is none when the rate is refused, which is told", () => {
    const { load: found, problems } = load({ "requests-per-second": "many" });
    assert.equal(found, undefined);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /requests-per-second is "many"/);
  });
});

describe("the hosts that Services have at the gateway", () => {
  const at = (name: string, host?: string) =>
    service(name, { annotations: host === undefined ? {} : { "mesh.serin.dev/gateway-host": host } });

  it("are those of the annotations, without port, each the first Service's", () => {
    const found = servicesAtGateway([
      at("web", "shop.example.com:80"),
      at("cart", "shop.example.com"),
      at("idle"),
      at("api", "api.example.com"),
    ]);
    assert.deepEqual(
      [...found],
      [
        ["shop.example.com", { namespace: "shop", name: "web" }],
        ["api.example.com", { namespace: "shop", name: "api" }],
      ],
    );
  });
});
