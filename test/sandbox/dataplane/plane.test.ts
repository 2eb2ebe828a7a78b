import assert from "node:assert/strict";

import type { Load } from "../../../sandbox/dataplane/load";
import { Plane } from "../../../sandbox/dataplane/plane";
import { settlingMs } from "../../../sandbox/dataplane/splits";
import type { Pod } from "../../../sandbox/mesh/model";
import { podObject, serviceObject, splitObject, subsetsObject } from "../mesh/fixtures";

/** A pod at an address, as the API server sends it. */
function podAt(ip: string, version: string): object {
  const object = podObject("reviews", version) as { status: object };
  return { ...object, status: { ...object.status, podIP: ip } };
}

const entrances = { client: (port: number) => `http://127.255.1.1:${port}`, gateway: "http://127.0.0.1:2" };
const reviews = { namespace: "shop", name: "reviews" };

function line(version: string, upstream: string, code = 200, flags = "-"): string {
  const host = "reviews.shop.svc.cluster.local";
  return ["serin", "1000.000", `${host}:9080`, code, flags, 2, upstream, `outbound|9080|${version}|${host};`].join(
    "\t",
  );
}

describe("data plane", () => {
  let plane: Plane;
  let time: number;
  let warnings: string[];
  let logged: string[];
  let pods: (readonly Pod[])[];
  let loads: (readonly Load[])[];
  let ports: (readonly number[])[];

  beforeEach(() => {
    time = 1_000_000;
    warnings = [];
    logged = [];
    pods = [];
    loads = [];
    ports = [];
    plane = new Plane({
      entrances,
      now: () => time,
      warn: (message) => warnings.push(message),
      log: (message) => logged.push(message),
      onPods: (all) => pods.push(all),
      onLoads: (all) => loads.push(all),
      onPorts: (all) => ports.push(all),
    });
  });

  function sync(rate?: string): void {
    plane.sink("services").replace([serviceObject("reviews", rate), serviceObject("idle")]);
    plane.sink("pods").replace([podAt("127.1.0.5", "v1"), podAt("127.1.0.6", "v2")]);
    plane.sink("virtualservices").replace([splitObject(20)]);
    plane.sink("destinationrules").replace([subsetsObject()]);
  }

  it("sends no load before it knows the objects of every kind", () => {
    plane.sink("services").replace([serviceObject("reviews", "50")]);
    plane.sink("pods").replace([]);
    assert.deepEqual(plane.unsynced(), ["virtualservices", "destinationrules"]);
    plane.sink("virtualservices").replace([]);
    assert.deepEqual(loads, []);
    plane.sink("destinationrules").replace([]);
    assert.deepEqual(plane.unsynced(), []);
    assert.equal(loads.length, 1);
  });

  it("sends the load that the Services ask for", () => {
    sync("50");
    const service = { namespace: "shop", name: "reviews" };
    const host = "reviews.shop.svc.cluster.local:9080";
    const load = { service, url: "http://127.255.1.1:9080", host, requestsPerSecond: 50 };
    assert.deepEqual(loads, [[load]]);
    plane.sink("services").upsert(serviceObject("reviews", "75"));
    assert.deepEqual(loads.at(-1), [{ ...load, requestsPerSecond: 75 }]);
    plane.sink("services").remove(serviceObject("reviews", "75"));
    assert.deepEqual(loads.at(-1), []);
  });

  it("tells of the ports that Services have, each once", () => {
    const serviceAt = (name: string, ...numbers: number[]): object => {
      const object = serviceObject(name) as { spec: object };
      return { ...object, spec: { ...object.spec, ports: numbers.map((port) => ({ port, name: `http-${port}` })) } };
    };
    sync();
    assert.deepEqual(ports, [[9080]]);
    plane.sink("services").replace([serviceAt("a", 9080, 80), serviceAt("b", 80), serviceAt("c", 100)]);
    assert.deepEqual(ports.at(-1), [80, 100, 9080]);
  });

  it("takes the ports that Istio takes for HTTP, or looks at the traffic of", () => {
    const isHttp = (port: object): boolean => {
      const object = serviceObject("web") as { spec: object };
      plane.sink("services").replace([{ ...object, spec: { ports: [{ port: 9080, ...port }] } }]);
      return ports.at(-1)?.length === 1;
    };
    sync();
    const named = (names: readonly string[]) => names.filter((name) => isHttp({ name }));
    const http = [
      "http",
      "http-web",
      "HTTP-web",
      "http2",
      "http_proxy",
      "grpc",
      "grpc-api",
      "grpc-web",
      "grpc-web-api",
    ];
    const told = [...http, "web", "my-http", "httpx", ""];
    assert.deepEqual(named(told), told);
    assert.deepEqual(named(["tcp", "tcp-web", "TLS", "https", "https-web", "mongo", "redis-a", "mysql", "udp"]), []);
    const protocols = ["http", "kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss", "tcp", "my.org/own"];
    const taken = protocols.filter((appProtocol) => isHttp({ name: "https", appProtocol }));
    assert.deepEqual(taken, ["http", "kubernetes.io/h2c", "kubernetes.io/ws", "my.org/own"]);
    assert.ok(!isHttp({ name: "http", protocol: "UDP" }));
    assert.ok(!isHttp({ name: "web", port: 3306 }), "MySQL's servers speak first");
    assert.ok(isHttp({ name: "http", port: 3306 }));
  });

  it("tells of an annotation that it cannot use, by the Service's name", () => {
    sync("many");
    assert.match(warnings.join("\n"), /^Service shop\/reviews: .*"many"/);
    assert.deepEqual(loads, [[]]);
  });

  it("tells of the pods as soon as it knows them, and whenever they change", () => {
    const names = (): (string | undefined)[][] => pods.map((all) => all.map(({ ip }) => ip));
    plane.sink("services").replace([]);
    assert.deepEqual(names(), []);
    plane.sink("pods").replace([podAt("127.1.0.5", "v1")]);
    plane.sink("pods").upsert(podAt("127.1.0.6", "v2"));
    plane.sink("pods").remove(podAt("127.1.0.5", "v1"));
    assert.deepEqual(names(), [["127.1.0.5"], ["127.1.0.5", "127.1.0.6"], ["127.1.0.6"]]);
  });

  it("counts by the access log who answered", () => {
    sync("50");
    for (const text of [line("v1", "127.1.0.5:9080"), line("v2", "127.1.0.6:9080"), "something else"]) {
      plane.readLine(text);
    }
    plane.readLine(line("v2", "-", 503, "UH"));
    const { counters, recorder, series } = plane;
    assert.deepEqual(counters.requestsByWorkload(reviews), { "reviews-v1": 1, "reviews-v2": 1, unknown: 1 });
    assert.deepEqual(recorder.lossesOfAll(), [{ ...reviews, lost: 1, byFlags: { UH: 1 } }]);
    assert.deepEqual(new Set([...series.all()].map(({ labels }) => labels["reporter"])), new Set(["source"]));
  });

  it("logs the routes of the Services that have a load, when they change", () => {
    sync("50");
    plane.sink("pods").upsert(podAt("127.1.0.6", "v2"));
    time += 5_000;
    plane.sink("virtualservices").upsert(splitObject(40, 2));
    const changes = plane.routes.all().map(({ at, service, weights, virtualService }) => {
      return { at, service, weights, virtualService };
    });
    assert.deepEqual(changes, [
      { at: 1_000_000, service: "reviews", weights: { v1: 80, v2: 20 }, virtualService: "shop/reviews" },
      { at: 1_005_000, service: "reviews", weights: { v1: 60, v2: 40 }, virtualService: "shop/reviews" },
    ]);
  });

  it("sets what came of a route against what it asked for, once it has settled", () => {
    sync("50");
    const lineAt = (ms: number, version: string, address: string) =>
      line(version, address).replace(/\t[\d.]+/, `\t${(1_000_000 + ms) / 1000}`);
    plane.readLine(lineAt(settlingMs - 1, "v1", "127.1.0.5:9080"));
    plane.readLine(lineAt(settlingMs, "v1", "127.1.0.5:9080"));
    plane.readLine(lineAt(settlingMs, "v2", "127.1.0.6:9080"));
    const first = { ...reviews, at: 1_000_000, asked: { "reviews-v1": 80, "reviews-v2": 20 } };
    assert.deepEqual(plane.splits.all(), [{ ...first, seen: { "reviews-v1": 1, "reviews-v2": 1 } }]);
  });

  describe("a Service that has a host at the gateway", () => {
    const host = "shop.example.com";
    const lost = ["serin", "1000.000", host, 404, "NR", 0, "-", "-"].join("\t");

    beforeEach(() => {
      sync();
      const object = serviceObject("reviews", "50") as { metadata: { annotations: object } };
      const annotations = { ...object.metadata.annotations, "mesh.serin.dev/gateway-host": `${host}:80` };
      plane.sink("services").upsert({ ...object, metadata: { ...object.metadata, annotations } });
    });

    it("has the requests that the gateway had no route for", () => {
      plane.readLine(
        [
          "serin",
          "1000.000",
          host,
          200,
          "-",
          2,
          "127.1.0.5:9080",
          "outbound|9080||reviews.shop.svc.cluster.local",
        ].join("\t"),
      );
      plane.readLine(lost);
      assert.deepEqual(plane.counters.requestsByWorkload(reviews), { "reviews-v1": 1, unknown: 1 });
      assert.deepEqual(plane.recorder.lossesOfAll(), [{ ...reviews, lost: 1, byFlags: { NR: 1 } }]);
      assert.deepEqual(logged, [
        "lost a request to shop/reviews of 1970-01-01T00:16:40.000Z: 404 NR, no route, no pod",
      ]);
    });

    it("has the route that is bound to a Gateway, not that from inside the mesh", () => {
      assert.equal(plane.routes.all().at(-1)?.virtualService, null);
      const bound = splitObject(30) as { metadata: object; spec: object };
      const metadata = { ...bound.metadata, name: "outside", uid: "outside" };
      plane.sink("virtualservices").upsert({ metadata, spec: { ...bound.spec, hosts: [host], gateways: ["shop"] } });
      const { virtualService, weights } = plane.routes.all().at(-1) ?? assert.fail("no route");
      assert.deepEqual([virtualService, weights], ["shop/outside", { v1: 70, v2: 30 }]);
      assert.deepEqual(plane.splits.all().at(-1)?.asked, { "reviews-v1": 70, "reviews-v2": 30 });
    });
  });
});
