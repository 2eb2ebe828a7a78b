import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { DesiredRoute } from "../../../adapters/istio/desiredRoute";
import { PROPAGATION_MS, SUBSETS_SINCE } from "../../../adapters/istio/propagation";
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

  const prepare = async (route: DesiredRoute) => routes.prepare(route, await routes.read());
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
    strictEqual(await other.prepare(begins, await other.read()), PROPAGATION_MS);
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
    await clock.run(routes.ensure(stable));
    strictEqual(clock.now() - start, PROPAGATION_MS);
    deepStrictEqual(weightsOf(virtualService(api)), { stable: 100 });
    await clock.run(routes.ensure(stable));
    strictEqual(clock.now() - start, PROPAGATION_MS);
  });
});
