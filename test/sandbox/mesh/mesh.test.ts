import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";

import { effective } from "../../../sandbox/mesh/effect";
import { Mesh } from "../../../sandbox/mesh/mesh";
import { meshWith, podObject, serviceObject, splitObject, subsetsObject } from "./fixtures";

const reviewsPods = [podObject("reviews", "v1"), podObject("reviews", "v2")];

describe("the mesh", () => {
  it("sends nothing before all kinds of objects are known", () => {
    let now = 0;
    const mesh = new Mesh({ seed: 1, now: () => now, warn: assert.fail });
    const pass = (): void => {
      now += 1_000;
      mesh.tick();
    };
    mesh.sink("services").replace([serviceObject("reviews", "100")]);
    mesh.sink("pods").replace(reviewsPods);
    mesh.sink("virtualservices").replace([splitObject(0)]);
    pass();
    assert.deepEqual([mesh.counters.all(), mesh.routes.all()], [[], []]);
    mesh.sink("destinationrules").replace([subsetsObject()]);
    pass();
    assert.deepEqual(
      mesh.counters.all().map(({ workload }) => workload),
      ["reviews-v1"],
    );
    assert.deepEqual(mesh.unsynced(), []);
  });

  it("sends nothing to a service that asks for nothing", () => {
    const { mesh, run } = meshWith({ services: [serviceObject("quiet")], pods: [podObject("quiet", "v1")] });
    run(5_000);
    assert.deepEqual([mesh.counters.all(), mesh.routes.all()], [[], []]);
  });

  it("proves that a candidate had no request when its weight first rose above 0", () => {
    const virtualservices = [splitObject(0, 1)];
    const services = [serviceObject("reviews", "200")];
    const { mesh, run, time } = meshWith({
      services,
      pods: reviewsPods,
      virtualservices,
      destinationrules: [subsetsObject()],
    });
    run(3_000);
    time.now += 11.5;
    mesh.sink("virtualservices").upsert(splitObject(10, 2));
    const changedAt = time.now;
    run(3_000);
    const changes = mesh.routes.all();
    assert.deepEqual(
      changes.map(({ weights }) => weights),
      [
        { v1: 100, v2: 0 },
        { v1: 90, v2: 10 },
      ],
    );
    const [, rise] = changes;
    assert.equal(rise?.at, changedAt);
    assert.equal(rise.resourceVersion, "2");
    assert.equal(rise.virtualService, "shop/reviews");
    assert.deepEqual(Object.keys(rise.requestsByWorkload), ["reviews-v1"]);
    const candidate = mesh.counters.all().find(({ workload }) => workload === "reviews-v2");
    assert.ok((candidate?.firstRequestAt ?? 0) > rise.at);
    assert.deepEqual([candidate?.version, candidate?.subset], ["v2", "v2"]);
  });

  it("sends what was due before a change the way it was then, even if the tick comes late", () => {
    const { mesh, time } = meshWith({ services: [serviceObject("reviews", "1000")], pods: [reviewsPods[0]] });
    time.now += 1_000;
    mesh.sink("pods").remove(reviewsPods[0]);
    mesh.sink("pods").upsert(reviewsPods[1]);
    const due = mesh.counters.requestsByWorkload({ name: "reviews", namespace: "shop" });
    time.now += 500;
    mesh.tick();
    const sent = mesh.counters.requestsByWorkload({ name: "reviews", namespace: "shop" });
    assert.deepEqual(Object.keys(sent), ["reviews-v1", "reviews-v2"]);
    assert.equal(sent["reviews-v1"], due["reviews-v1"]);
  });

  it("counts the requests that reach nobody as errors of an unknown workload", () => {
    const { mesh, run } = meshWith({ services: [serviceObject("reviews", "100")] });
    run(1_000);
    const [row] = mesh.counters.all();
    assert.equal(row?.workload, "unknown");
    assert.ok(row.requests > 50);
    assert.equal(row.errors, row.requests);
  });

  it("logs a route when the workloads behind it change, not for every pod or write", () => {
    const services = [serviceObject("reviews", "10")];
    const { mesh, run } = meshWith({ services, pods: [podObject("reviews", "v1")] });
    const pods = mesh.sink("pods");
    pods.upsert(podObject("reviews", "v1", { index: 1 }));
    run(50);
    mesh.sink("services").upsert(serviceObject("reviews", "20"));
    run(50);
    pods.upsert(podObject("reviews", "v2"));
    run(50);
    const workloads = mesh.routes.all().map((change) => change.workloads["*"]);
    assert.deepEqual(workloads, [["reviews-v1"], ["reviews-v1", "reviews-v2"]]);
  });

  it("follows each of two writes that come in one piece, and pods that come in one piece once", async () => {
    const { mesh } = meshWith({ services: [serviceObject("reviews", "1")], destinationrules: [subsetsObject()] });
    const route = effective(mesh, "virtualservices");
    for (const generation of [1, 2, 3]) route.upsert(splitObject(generation * 10, generation));
    const candidate = () => mesh.routes.all().map(({ weights }) => weights["v2"]);
    assert.deepEqual(candidate(), [undefined, 10, 20, 30]);
    const pods = effective(mesh, "pods");
    for (const pod of reviewsPods) pods.upsert(pod);
    assert.equal(mesh.routes.all().length, 4);
    await setImmediate();
    assert.deepEqual(mesh.routes.all().at(-1)?.workloads, { v1: ["reviews-v1"], v2: ["reviews-v2"] });
    assert.equal(mesh.routes.all().length, 5);
  });

  it("keeps the last 2,000 changes of the routes", () => {
    const { mesh } = meshWith({ services: [serviceObject("reviews", "1")], destinationrules: [subsetsObject()] });
    for (let generation = 1; generation <= 2_500; generation += 1) {
      mesh.sink("virtualservices").upsert(splitObject(generation % 100, generation));
      mesh.tick();
    }
    const changes = mesh.routes.all();
    assert.deepEqual(
      [changes.length, changes[0]?.resourceVersion, changes.at(-1)?.resourceVersion],
      [2_000, "501", "2500"],
    );
  });

  it("counts warm-up from Ready and a change from the first request", () => {
    const annotations = {
      "mesh.serin.dev/latency-p50-ms": "10",
      "mesh.serin.dev/latency-p99-ms": "10",
      "mesh.serin.dev/warm-up-seconds": "5",
      "mesh.serin.dev/warm-up-factor": "3",
      "mesh.serin.dev/change-after-seconds": "8",
      "mesh.serin.dev/after-error-rate": "1",
    };
    const notReady = podObject("reviews", "v1", { annotations, ready: false });
    const { mesh, run, warnings } = meshWith({ services: [serviceObject("reviews", "100")], pods: [notReady] });
    run(60_000);
    mesh.sink("pods").upsert(podObject("reviews", "v1", { annotations }));
    const seen = () => {
      const source = [...mesh.series.all()].filter(
        ({ labels }) => labels["reporter"] === "source" && labels["destination_workload"] !== "unknown",
      );
      return source.map(({ labels, count, sumMs }) => ({ code: labels["response_code"], mean: sumMs / count }));
    };
    run(4_900);
    assert.deepEqual(seen(), [{ code: "200", mean: 30 }]);
    run(2_000);
    const [mixed] = seen();
    assert.ok(mixed && mixed.mean > 20 && mixed.mean < 30, "warm since 1.9 s");
    run(5_000);
    assert.deepEqual(
      seen().map(({ code }) => code),
      ["200", "500"],
    );
    assert.deepEqual(warnings, []);
  });

  it("lets a pod that waited long for its first request change no sooner", () => {
    const annotations = { "mesh.serin.dev/change-after-seconds": "8", "mesh.serin.dev/after-error-rate": "1" };
    const pods = [podObject("reviews", "v1", { annotations })];
    const { mesh, run } = meshWith({ services: [serviceObject("reviews", "0")], pods });
    run(60_000);
    mesh.sink("services").upsert(serviceObject("reviews", "100"));
    run(7_900);
    assert.equal(mesh.counters.all()[0]?.errors, 0);
    run(2_000);
    assert.ok((mesh.counters.all()[0]?.errors ?? 0) > 100);
  });

  it("takes an object that can no longer be read as gone, and says so", () => {
    const { mesh, run, warnings } = meshWith({ services: [serviceObject("reviews", "100")], pods: reviewsPods });
    mesh.sink("services").upsert({ metadata: { name: "reviews", namespace: "shop" }, spec: { selector: 5 } });
    run(1_000);
    assert.deepEqual(mesh.counters.all(), []);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^Service shop\/reviews is ignored.*: spec\.selector: .*expected record.*$/);
  });

  it("names the pod, key, value and remedy of a bad annotation, and what it does not simulate", () => {
    const annotations = { "mesh.serin.dev/error-rate": "2" };
    const { warnings } = meshWith({
      services: [serviceObject("reviews", "lots"), serviceObject("ratings", "1")],
      pods: [podObject("reviews", "v1", { annotations })],
      virtualservices: [
        {
          metadata: { name: "ratings", namespace: "shop" },
          spec: { hosts: ["ratings"], http: [{ fault: {}, route: [{ destination: { host: "ratings" } }] }] },
        },
      ],
    });
    assert.equal(warnings.length, 3);
    assert.match(
      warnings[0] ?? "",
      /^pod shop\/reviews-v1-5f9d499c9d-0: annotation .*error-rate is "2", must be .* 0 to 1/,
    );
    assert.match(warnings[1] ?? "", /^Service shop\/reviews: annotation .*requests-per-second is "lots"/);
    assert.match(warnings[2] ?? "", /^VirtualService shop\/ratings: not simulated: fault$/);
  });
});
