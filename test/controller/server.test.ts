import { match, rejects, strictEqual } from "node:assert/strict";
import { Instruments, resourceOf } from "../../controller/instruments";
import { serve, type Pages, type RunningServer } from "../../controller/server";

describe("the controller's pages", () => {
  let trouble: string | undefined;
  let server: RunningServer;
  const instruments = new Instruments();
  instruments.gauge("serin_leader", "1 while this process leads.", () => 1);
  const pages: Pages = {
    unhealthy: () => trouble,
    unready: () => trouble,
    metrics: async () => {
      if (trouble !== undefined) throw new Error(trouble);
      return { contentType: instruments.registry.contentType, body: await instruments.registry.metrics() };
    },
  };
  const ask = (path: string, method = "GET") => fetch(`http://127.0.0.1:${server.port}${path}`, { method });

  beforeEach(async () => {
    trouble = undefined;
    server = await serve("127.0.0.1", 0, pages);
  });
  afterEach(() => server.close());

  for (const path of ["/healthz", "/readyz"]) {
    it(`${path} says whether all is well, and else why not`, async () => {
      const well = await ask(path);
      strictEqual(well.status, 200);
      strictEqual(await well.text(), "ok\n");
      trouble = "the controller is starting";
      const unwell = await ask(`${path}?verbose`);
      strictEqual(unwell.status, 503);
      strictEqual(await unwell.text(), "the controller is starting\n");
    });
  }

  it("/metrics is what Prometheus reads", async () => {
    instruments.requests.inc({ method: "GET", resource: "experiments", code: "200" });
    const page = await ask("/metrics");
    strictEqual(page.status, 200);
    match(page.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    const text = await page.text();
    match(text, /^serin_leader 1$/m);
    match(text, /^serin_kubernetes_requests_total\{method="GET",resource="experiments",code="200"\} 1$/m);
    trouble = "a gauge fails";
    strictEqual((await ask("/metrics")).status, 500, "and the process lives on");
  });

  it("there is nothing else, and nothing to write", async () => {
    for (const path of ["/", "/healthz/x", "/metricsx", "/..%2f"]) strictEqual((await ask(path)).status, 404, path);
    for (const method of ["POST", "PUT", "DELETE"]) strictEqual((await ask("/healthz", method)).status, 405, method);
    const head = await ask("/healthz", "HEAD");
    strictEqual(head.status, 200);
    strictEqual(await head.text(), "");
  });

  it("says that its address is taken, and closes though a client stays connected", async () => {
    await rejects(serve("127.0.0.1", server.port, pages), /EADDRINUSE/);
    await (await ask("/healthz")).text();
    await server.close();
    await rejects(ask("/healthz"));
    server = await serve("127.0.0.1", 0, pages);
  });
});

describe("resourceOf", () => {
  const cases: readonly (readonly [path: string, resource: string])[] = [
    ["/api/v1/namespaces/shop/services/cart", "services"],
    ["/api/v1/services", "services"],
    ["/api/v1/namespaces/shop/events", "events"],
    ["/api/v1/namespaces", "namespaces"],
    ["/api/v1/namespaces/shop", "namespaces"],
    ["/apis/apps/v1/namespaces/default/deployments/web", "deployments"],
    ["/apis/iter8.tools/v1alpha1/experiments?watch=true", "experiments"],
    ["/apis/iter8.tools/v1alpha1/namespaces/shop/experiments/try/status", "experiments/status"],
    ["/apis/coordination.k8s.io/v1/namespaces/iter8/leases/serin-controller", "leases"],
    ["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x", "customresourcedefinitions"],
    ["", ""],
    ["/version", ""],
  ];
  for (const [path, resource] of cases) {
    it(`of ${path || "nothing"} is ${resource || "none"}`, () => strictEqual(resourceOf(path), resource));
  }
});
