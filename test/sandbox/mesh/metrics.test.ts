import assert from "node:assert/strict";

import { istioRegistry } from "../../../sandbox/mesh/exposition";
import { SeriesStore } from "../../../sandbox/mesh/series";
import type { Arrival } from "../../../sandbox/mesh/simulation";
import { branch, pod, service } from "./fixtures";

const v1 = pod("reviews", "v1", { serviceAccount: "bookinfo-reviews" });
const toV1 = branch({ pods: [v1] });

function arrival(more: Partial<Arrival> = {}): Arrival {
  const base = { at: 1, service: service("reviews"), branch: toV1, pod: v1, code: 200, flags: "-", latencyMs: 20 };
  return { ...base, ...more };
}

/** The sample lines of the exposition, with their labels. */
async function samples(store: SeriesStore) {
  const text = await istioRegistry(store).metrics();
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]);
      return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
    });
}

describe("Istio's standard metrics", () => {
  it("have Istio's labels, from both reporters", async () => {
    const store = new SeriesStore();
    store.record(arrival());
    const requests = (await samples(store)).filter(({ name }) => name === "istio_requests_total");
    const common = {
      source_workload: "traffic-generator",
      source_canonical_service: "traffic-generator",
      source_canonical_revision: "latest",
      source_workload_namespace: "istio-system",
      source_principal: "spiffe://cluster.local/ns/istio-system/sa/traffic-generator",
      source_app: "traffic-generator",
      source_version: "unknown",
      source_cluster: "Kubernetes",
      destination_workload: "reviews-v1",
      destination_workload_namespace: "shop",
      destination_principal: "spiffe://cluster.local/ns/shop/sa/bookinfo-reviews",
      destination_app: "reviews",
      destination_version: "v1",
      destination_service: "reviews.shop.svc.cluster.local",
      destination_canonical_service: "reviews",
      destination_canonical_revision: "v1",
      destination_service_name: "reviews",
      destination_service_namespace: "shop",
      destination_cluster: "Kubernetes",
      request_protocol: "http",
      response_code: "200",
      grpc_response_status: "",
      response_flags: "-",
    };
    const expected = [
      { reporter: "source", ...common, connection_security_policy: "unknown" },
      { reporter: "destination", ...common, connection_security_policy: "mutual_tls" },
    ];
    assert.deepEqual(
      requests.map(({ labels }) => labels),
      expected,
    );
    assert.deepEqual(
      requests.map(({ value }) => value),
      [1, 1],
    );
  });

  it("know a request that reached no pod from the source only", async () => {
    const store = new SeriesStore();
    store.record(arrival({ pod: undefined, code: 503, flags: "UH", latencyMs: 0 }));
    const requests = (await samples(store)).filter(({ name }) => name === "istio_requests_total");
    assert.equal(requests.length, 1);
    const { labels } = requests[0] ?? assert.fail();
    assert.equal(labels["reporter"], "source");
    assert.equal(labels["destination_workload"], "unknown");
    assert.equal(labels["destination_service"], "reviews.shop.svc.cluster.local");
    assert.deepEqual([labels["response_code"], labels["response_flags"]], ["503", "UH"]);
  });

  it("have cumulative buckets with Istio's bounds, a sum and a count", async () => {
    const store = new SeriesStore();
    for (const latencyMs of [0.5, 0.6, 20, 5_000_000]) store.record(arrival({ latencyMs }));
    const source = (await samples(store)).filter(({ labels }) => labels["reporter"] === "source");
    const buckets = source.filter(({ name }) => name === "istio_request_duration_milliseconds_bucket");
    const bounds =
      "0.5 1 5 10 25 50 100 250 500 1000 2500 5000 10000 30000 60000 300000 600000 1800000 3600000 +Inf".split(" ");
    assert.deepEqual(
      buckets.map(({ labels }) => labels["le"]),
      bounds,
    );
    assert.deepEqual(
      buckets.map(({ value }) => value),
      [1, 2, 2, 2, ...new Array<number>(15).fill(3), 4],
    );
    const value = (suffix: string) =>
      source.find(({ name }) => name === `istio_request_duration_milliseconds_${suffix}`)?.value;
    assert.equal(value("count"), 4);
    assert.equal(value("sum"), 5_000_021.1);
  });

  it("put the pods of a workload into one series, and each status code into its own", async () => {
    const store = new SeriesStore();
    const second = { ...v1, uid: "second", name: "second" };
    for (const one of [v1, second]) {
      store.record(arrival({ pod: one }));
      store.record(arrival({ pod: one, code: 500 }));
    }
    const requests = (await samples(store)).filter(({ name }) => name === "istio_requests_total");
    assert.deepEqual(
      requests.map(({ value }) => value),
      [2, 2, 2, 2],
    );
  });

  it("escape what labels hold", async () => {
    const store = new SeriesStore();
    store.record(arrival({ pod: pod("reviews", 'a"b\\c') }));
    assert.match(await istioRegistry(store).metrics(), /destination_version="a\\"b\\\\c"/);
  });

  it("drop a series that had no request for long, and begin it anew", () => {
    const store = new SeriesStore();
    store.record(arrival({ at: 1 }));
    store.record(arrival({ at: 100, code: 500 }));
    store.expire(50);
    assert.deepEqual(
      [...store.all()].map(({ labels }) => labels["response_code"]),
      ["500", "500"],
    );
    store.record(arrival({ at: 101 }));
    assert.deepEqual(
      [...store.all()].map(({ count }) => count),
      [1, 1, 1, 1],
    );
  });
});
