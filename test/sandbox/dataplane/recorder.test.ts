import assert from "node:assert/strict";

import type { ProxiedRequest } from "../../../sandbox/dataplane/accessLog";
import { Recorder } from "../../../sandbox/dataplane/recorder";
import { RequestCounters } from "../../../sandbox/mesh/counters";
import { SplitBook } from "../../../sandbox/dataplane/splits";
import { SeriesStore } from "../../../sandbox/mesh/series";
import { pod } from "../mesh/fixtures";

const web = "web.shop.svc.cluster.local";

/** A request that a pod at 127.1.0.5 has answered by 200. */
function request(more: Partial<ProxiedRequest> = {}): ProxiedRequest {
  const destination = { host: web, subset: "v1" };
  return { at: 1_000, host: web, code: 200, flags: "-", durationMs: 2, upstream: "127.1.0.5", destination, ...more };
}

const unhealthy = { code: 503, flags: "UH", upstream: undefined };

describe("recorder", () => {
  let counters: RequestCounters;
  let series: SeriesStore;
  let recorder: Recorder;

  beforeEach(() => {
    counters = new RequestCounters();
    series = new SeriesStore(["source"]);
    recorder = new Recorder({ counters, series, splits: new SplitBook() });
    recorder.follow([pod("web", "v1", { ip: "127.1.0.5" }), pod("web", "v2", { ip: "127.1.0.6" })]);
  });

  /** Requests by the given labels of Istio's metrics. */
  function countsBy(...names: string[]): Record<string, number> {
    const rows = [...series.all()].map(({ labels, count }) => [names.map((name) => labels[name]).join(" "), count]);
    return Object.fromEntries(rows) as Record<string, number>;
  }

  it("counts a request for the workload of the pod that was asked", () => {
    recorder.record(request());
    recorder.record(request({ upstream: "127.1.0.6", destination: { host: web, subset: "v2" }, code: 500 }));
    assert.deepEqual(counters.all(), [
      {
        service: "web",
        namespace: "shop",
        workload: "web-v1",
        version: "v1",
        subset: "v1",
        requests: 1,
        errors: 0,
        firstRequestAt: 1_000,
        lastRequestAt: 1_000,
        firstErrorAt: null,
      },
      {
        service: "web",
        namespace: "shop",
        workload: "web-v2",
        version: "v2",
        subset: "v2",
        requests: 1,
        errors: 1,
        firstRequestAt: 1_000,
        lastRequestAt: 1_000,
        firstErrorAt: 1_000,
      },
    ]);
  });

  it("makes Istio's series of them, as the source sees them, with their durations", () => {
    recorder.record(request({ durationMs: 3 }));
    recorder.record(request({ durationMs: 4, at: 2_000 }));
    const [only, ...others] = [...series.all()];
    assert.deepEqual(others, []);
    assert.deepEqual([only?.count, only?.sumMs, only?.lastAt], [2, 7, 2_000]);
    assert.equal(only?.labels["reporter"], "source");
    assert.equal(only.labels["destination_service"], web);
    assert.equal(only.labels["destination_workload"], "web-v1");
  });

  it("tells the flags of requests apart that have the same way and code", () => {
    recorder.record(request(unhealthy));
    recorder.record(request({ ...unhealthy, flags: "UF" }));
    recorder.record(request(unhealthy));
    recorder.record(request({ code: 503 }));
    assert.deepEqual(countsBy("response_code", "response_flags", "destination_workload"), {
      "503 UH unknown": 2,
      "503 UF unknown": 1,
      "503 - web-v1": 1,
    });
  });

  it("counts for the service that was asked for, and makes the series of the one that was routed to", () => {
    recorder.record(request({ destination: { host: "other.shop.svc.cluster.local", subset: undefined } }));
    assert.deepEqual(counters.requestsByWorkload({ namespace: "shop", name: "web" }), { "web-v1": 1 });
    assert.deepEqual(countsBy("destination_service_name"), { other: 1 });
  });

  for (const host of ["shop.example.com", "shop.example", "localhost"]) {
    it(`counts a request to the gateway's host ${host} for the service that it was routed to`, () => {
      recorder.record(request({ host }));
      recorder.record(request({ host, ...unhealthy }));
      const counts = counters.requestsByWorkload({ namespace: "shop", name: "web" });
      assert.deepEqual(counts, { "web-v1": 1, unknown: 1 });
      assert.equal(recorder.lossesOfAll()[0]?.name, "web");
    });
  }

  it("knows a service by the short form of its name, too", () => {
    recorder.record(request({ host: "web.shop.svc", destination: undefined }));
    assert.deepEqual(counters.requestsByWorkload({ namespace: "shop", name: "web" }), { "web-v1": 1 });
  });

  it("gives a request that had no route to the host that was asked for", () => {
    const nowhere = { code: 404, flags: "NR", upstream: undefined, destination: undefined };
    recorder.record(request({ host: "shop.example.com", ...nowhere }));
    recorder.record(request(nowhere));
    assert.deepEqual(countsBy("destination_service", "destination_service_namespace", "response_flags"), {
      "shop.example.com unknown NR": 1,
      [`${web} shop NR`]: 1,
    });
  });

  it("gives a request that the gateway had no route for to the service whose host it is, and others as they were", () => {
    recorder.expectAtGateway(new Map([["shop.example.com", { namespace: "shop", name: "web" }]]));
    const nowhere = { code: 404, flags: "NR", upstream: undefined, destination: undefined };
    recorder.record(request({ host: "shop.example.com" }));
    recorder.record(request({ host: "shop.example.com", ...nowhere }));
    recorder.record(request({ host: "other.example.com", ...nowhere }));
    const cart = { host: "cart.shop.svc.cluster.local", subset: undefined };
    recorder.record(request({ host: "shop.example.com", destination: cart }));
    assert.deepEqual(counters.requestsByWorkload({ namespace: "shop", name: "web" }), { "web-v1": 1, unknown: 1 });
    assert.deepEqual(counters.requestsByWorkload({ namespace: "shop", name: "cart" }), { "web-v1": 1 });
    assert.deepEqual(recorder.lossesOfAll()[0], { namespace: "shop", name: "web", lost: 1, byFlags: { NR: 1 } });
  });

  it("still knows a pod that is gone, until its address is given to another", () => {
    recorder.follow([pod("web", "v2", { ip: "127.1.0.6" }), pod("web", "v3")]);
    recorder.record(request());
    assert.deepEqual(counters.requestsByWorkload({ namespace: "shop", name: "web" }), { "web-v1": 1 });
    recorder.follow([pod("web", "v3", { ip: "127.1.0.5" })]);
    recorder.record(request());
    assert.deepEqual(counters.requestsByWorkload({ namespace: "shop", name: "web" }), { "web-v1": 1, "web-v3": 1 });
  });

  it("counts a pod that it does not know as unknown", () => {
    recorder.record(request({ upstream: "127.1.0.99" }));
    assert.deepEqual(counters.requestsByWorkload({ namespace: "shop", name: "web" }), { unknown: 1 });
    assert.deepEqual(recorder.lossesOfAll(), []);
  });

  it("counts losses only once a pod has answered", () => {
    recorder.record(request(unhealthy));
    assert.deepEqual(recorder.lossesOfAll(), []);
    recorder.record(request());
    assert.deepEqual(recorder.lossesOfAll(), [{ namespace: "shop", name: "web", lost: 0, byFlags: {} }]);
    recorder.record(request(unhealthy));
    recorder.record(request({ code: 503, flags: "UF" }));
    recorder.record(request());
    recorder.record(request(unhealthy));
    const [losses, ...others] = recorder.lossesOfAll();
    assert.deepEqual(losses, { namespace: "shop", name: "web", lost: 3, byFlags: { UH: 2, UF: 1 } });
    assert.deepEqual(others, []);
  });

  it("tells of each loss, and of no other request", () => {
    const told: string[] = [];
    const teller = new Recorder({ counters, series, splits: new SplitBook() }, ({ name }, { flags }) =>
      told.push(`${name} ${flags}`),
    );
    teller.follow([pod("web", "v1", { ip: "127.1.0.5" })]);
    teller.record(request(unhealthy));
    teller.record(request());
    teller.record(request({ code: 0, flags: "DC" }));
    assert.deepEqual(told, []);
    teller.record(request(unhealthy));
    assert.deepEqual(told, ["web UH"]);
  });

  it("counts a request that lost its route", () => {
    recorder.record(request());
    recorder.record(request({ code: 404, flags: "NR", upstream: undefined, destination: undefined }));
    assert.deepEqual(recorder.lossesOfAll()[0]?.byFlags, { NR: 1 });
  });

  it("counts neither a pod's own errors nor clients that went away", () => {
    recorder.record(request());
    recorder.record(request({ code: 500 }));
    recorder.record(request({ code: 404 }));
    recorder.record(request({ code: 0, flags: "DC" }));
    recorder.record(request({ code: 500, flags: "DC" }));
    recorder.record(request({ code: 0, flags: "DR" }));
    assert.equal(recorder.lossesOfAll()[0]?.lost, 0);
  });

  it("keeps the losses of services apart", () => {
    const cart = "cart.shop.svc.cluster.local";
    recorder.record(request());
    recorder.record(request({ host: cart, ...unhealthy, destination: { host: cart, subset: undefined } }));
    assert.deepEqual(recorder.lossesOfAll(), [{ namespace: "shop", name: "web", lost: 0, byFlags: {} }]);
  });
});
