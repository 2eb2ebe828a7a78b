import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { DesiredRoute } from "../../../adapters/istio/desiredRoute";
import { parsePropagation, PROPAGATION_MS, SUBSETS_SINCE } from "../../../adapters/istio/propagation";
import { ServiceRoutes } from "../../../adapters/istio/routes";
import { FakeKubernetes } from "../../support/fakeKubernetes";
import { destinationRule, NAMESPACE, SERVICE, virtualService, weightsOf } from "../../support/objects";
import { VirtualClock } from "../../support/virtualClock";

const v1 = { app: SERVICE, version: "v1" };
const v2 = { app: SERVICE, version: "v2" };
const stable: DesiredRoute = { role: "stable", stable: v1 };
const begins: DesiredRoute = {
  role: "progressing",
  baseline: v1,
  candidate: v2,
  weights: { baseline: 100, candidate: 0 },
  experiment: "try-1",
};

describe("subsets ahead of the route that names them", () => {
  let api: FakeKubernetes;
  let clock: VirtualClock;
  let routes: ServiceRoutes;

  beforeEach(() => {
    api = new FakeKubernetes();
    clock = new VirtualClock();
    routes = new ServiceRoutes(api.client(), { name: SERVICE, namespace: NAMESPACE }, undefined, undefined, clock);
  });

  const prepare = async (route: DesiredRoute, propagationMs = PROPAGATION_MS) =>
    routes.prepare(route, await routes.read(), propagationMs);
  const apply = async (route: DesiredRoute) => routes.apply(route, await routes.read());
  const subsets = () => destinationRule(api)?.spec.subsets?.map(({ name }) => name);

  it("are added beside the old ones, with the time, and the route stays", async () => {
    await apply(stable);
    await clock.run(clock.sleep(60_000));
    strictEqual(await prepare(begins), PROPAGATION_MS);
    deepStrictEqual(subsets(), ["stable", "baseline", "candidate"]);
    deepStrictEqual(weightsOf(virtualService(api)), { stable: 100 });
    strictEqual(destinationRule(api)?.metadata.annotations?.[SUBSETS_SINCE], new Date(clock.now()).toISOString());
  });

  it("are waited for by whoever comes next, for as long as is left, and not once the route names them", async () => {
    await prepare(begins);
    await clock.run(clock.sleep(300));
    strictEqual(await prepare(begins), PROPAGATION_MS - 300);
    await clock.run(clock.sleep(PROPAGATION_MS));
    strictEqual(await prepare(begins), 0);
    const writes = api.writes.length;
    ok(await apply(begins));
    strictEqual(api.writes.length, writes + 1, "the VirtualService alone");
    await clock.run(clock.sleep(1));
    strictEqual(await prepare(begins), 0);
  });

  it("are not waited for longer than new ones, whatever the clock of who added them", async () => {
    await prepare(begins);
    const behind = { now: () => clock.now() - 3_600_000, sleep: clock.sleep };
    const other = new ServiceRoutes(
      api.client(),
      { name: SERVICE, namespace: NAMESPACE },
      undefined,
      undefined,
      behind,
    );
    strictEqual(await other.prepare(begins, await other.read(), PROPAGATION_MS), PROPAGATION_MS);
  });

  it("keep their time when the rule changes without a new one", async () => {
    await prepare(begins);
    const since = destinationRule(api)?.metadata.annotations?.[SUBSETS_SINCE];
    await clock.run(clock.sleep(5_000));
    await apply(begins);
    await apply({ role: "stable", stable: v2, leaving: { baseline: v1, candidate: v2, experiment: "try-1" } });
    strictEqual(destinationRule(api)?.metadata.annotations?.[SUBSETS_SINCE], since);
  });

  it("are waited for by `ensure`, unless the route is in place", async () => {
    const start = clock.now();
    await clock.run(routes.ensure(stable, PROPAGATION_MS));
    strictEqual(clock.now() - start, PROPAGATION_MS);
    deepStrictEqual(weightsOf(virtualService(api)), { stable: 100 });
    await clock.run(routes.ensure(stable, PROPAGATION_MS));
    strictEqual(clock.now() - start, PROPAGATION_MS);
  });

  it("are waited for as long as is asked for", async () => {
    strictEqual(await prepare(begins, 20_000), 20_000);
    await clock.run(clock.sleep(5_000));
    strictEqual(await prepare(begins, 20_000), 15_000);
    strictEqual(await prepare(begins, 2_000), 0, "by whoever needs less, less long");
    const start = clock.now();
    await clock.run(routes.ensure(stable, 20_000));
    strictEqual(clock.now() - start, 15_000);
  });

  it("are neither added nor waited for without propagation, and `apply` alone keeps the order", async () => {
    strictEqual(await prepare(begins, 0), 0);
    deepStrictEqual(api.writes, []);
    const start = clock.now();
    await clock.run(routes.ensure(stable, 0));
    strictEqual(clock.now(), start);
    deepStrictEqual(weightsOf(virtualService(api)), { stable: 100 });
    deepStrictEqual(subsets(), ["stable"]);
  });
});

describe("the time that subsets are there before a route names them", () => {
  const cases: readonly (readonly [text: string, ms: number | undefined])[] = [
    ["0s", 0],
    ["0ms", 0],
    ["250ms", 250],
    ["1s", 1_000],
    ["1m30s", 90_000],
    ["5m", 300_000],
    ["5m1ms", undefined],
    ["1h", undefined],
    ["-1s", undefined],
    ["0", undefined],
    ["", undefined],
    ["soon", undefined],
  ];
  for (const [text, ms] of cases) {
    it(`'${text}': ${ms === undefined ? "refused" : `${ms} ms`}`, () => strictEqual(parsePropagation(text), ms));
  }
});
