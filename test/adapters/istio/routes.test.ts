import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { weightsOf as splitOf, type DesiredRoute } from "../../../adapters/istio/desiredRoute";
import { ServiceRoutes } from "../../../adapters/istio/routes";
import { VIRTUAL_SERVICES, type VirtualService } from "../../../adapters/istio/rules";
import { isConflict } from "../../../adapters/kubernetes/errors";
import { FakeKubernetes } from "../../support/fakeKubernetes";
import { destinationRule, NAMESPACE, RULE, SERVICE, virtualService, weightsOf } from "../../support/objects";

const REF = { name: SERVICE, namespace: NAMESPACE };

const versionArb = fc.constantFrom("v1", "v2", "v3").map((version) => ({ app: SERVICE, version }));
const routeArb: fc.Arbitrary<DesiredRoute> = fc.oneof(
  versionArb.map((stable): DesiredRoute => ({ role: "stable", stable })),
  fc.record({
    role: fc.constant("progressing" as const),
    baseline: versionArb,
    candidate: versionArb,
    weights: fc.nat(100).map((candidate) => ({ baseline: 100 - candidate, candidate })),
    experiment: fc.constantFrom("try-1", "try-2"),
    settled: fc.option(fc.constant(true), { nil: undefined }),
  }),
);

function routesOver(api: FakeKubernetes, reference?: string): ServiceRoutes {
  return new ServiceRoutes(api.client(), REF, reference);
}

function rule(name: string, namespace: string, hosts: string[], gateways?: string[]): VirtualService {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name, namespace },
    spec: { hosts, ...(gateways && { gateways }), http: [{ route: [{ destination: { host: hosts[0] ?? "" } }] }] },
  };
}

/** A rule that lets requests in from outside, to one destination. */
function fromGateway(destination: { host: string; subset?: string }): VirtualService {
  const { metadata, ...others } = rule("other", "default", ["shop.example"], ["public"]);
  return { ...others, metadata, spec: { ...others.spec, http: [{ route: [{ destination }] }] } };
}

/** What is wrong with the route as it is: a sum other than 100, or a subset that does not exist. */
function faults(api: FakeKubernetes): string[] {
  const vs = virtualService(api);
  if (vs === undefined) return [];
  const names = destinationRule(api)?.spec.subsets?.map(({ name }) => name) ?? [];
  const weights = weightsOf(vs);
  const sum = Object.values(weights).reduce((a, b) => a + b, 0);
  return [...(sum === 100 ? [] : [`sum ${sum}`]), ...Object.keys(weights).filter((subset) => !names.includes(subset))];
}

describe("ServiceRoutes.apply", () => {
  it("is valid after every write, from any route to any other, and again after a cut-off at any write", async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(routeArb, cuts), { minLength: 1, maxLength: 6 }), async (steps) => {
        const api = new FakeKubernetes();
        const seen: string[] = [];
        api.onWrite(() => seen.push(...faults(api)));
        for (const [route, cutOffs] of steps) {
          for (const cut of cutOffs) {
            let writes = 0;
            const before = () => {
              writes += 1;
              if (writes > cut) throw new Error("cut off");
            };
            const cutClient = api.client({ before: (call) => (call.isWrite ? before() : undefined) });
            const routes = new ServiceRoutes(cutClient, REF);
            await routes.apply(route, await routes.read()).catch(() => undefined);
          }
          const routes = routesOver(api);
          await routes.apply(route, await routes.read());
          ok(routes.isInPlace(route, await routes.read()));
          strictEqual((await routes.read()).foreignEdit, false);
          const both = ["baseline", "candidate"];
          const wanted = route.role === "stable" ? ["stable"] : route.settled ? both : ["stable", ...both];
          deepStrictEqual(
            destinationRule(api)?.spec.subsets?.map(({ name }) => name),
            wanted,
          );
          strictEqual(
            virtualService(api)?.metadata.labels?.["iter8-tools/experiment"] !== undefined,
            route.role !== "stable" && !route.settled,
          );
        }
        deepStrictEqual(seen, []);
      }),
      { numRuns: 150 },
    );
  });

  it("writes nothing, and says so, when the route is in place", async () => {
    await fc.assert(
      fc.asyncProperty(routeArb, async (route) => {
        const api = new FakeKubernetes();
        const routes = routesOver(api);
        strictEqual(routes.isInPlace(route, await routes.read()), false);
        strictEqual(await routes.apply(route, await routes.read()), true);
        const { length } = api.writes;
        strictEqual(await routes.apply(route, await routes.read()), false);
        strictEqual(api.writes.length, length);
      }),
      { numRuns: 30 },
    );
  });

  it("fails with a conflict when somebody else wrote, or made the rule, in between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(routeArb, { nil: undefined }), routeArb, routeArb, async (first, theirs, ours) => {
        const api = new FakeKubernetes();
        const routes = routesOver(api);
        if (first) await routes.apply(first, await routes.read());
        const observed = await routes.read();
        // What is guarded is the split; who only wants other labels for the same split does not touch it.
        const changesSplit = (route: DesiredRoute) => !first || !isDeepStrictEqual(splitOf(route), splitOf(first));
        fc.pre(changesSplit(theirs) && changesSplit(ours));
        await routes.apply(theirs, observed);
        const split = weightsOf(virtualService(api));
        await rejects(routes.apply(ours, observed), isConflict);
        deepStrictEqual(weightsOf(virtualService(api)), split);
        deepStrictEqual(faults(api), []);
      }),
      { numRuns: 100 },
    );
  });

  it("asks before every write", async () => {
    const api = new FakeKubernetes();
    const routes = new ServiceRoutes(api.client(), REF, undefined, () => {
      throw new Error("not held");
    });
    await rejects(routes.apply({ role: "stable", stable: {} }, await routes.read()), /not held/);
    await rejects(routes.remove(), /not held/);
    deepStrictEqual(api.writes, []);
  });

  it("names a user's VirtualService that does not exist", async () => {
    const routes = routesOver(new FakeKubernetes(), "mine");
    const applied = routes.apply({ role: "stable", stable: {} }, await routes.read());
    await rejects(applied, /VirtualService mine does not exist in default/);
  });
});

describe("ServiceRoutes.competitors", () => {
  const cases: [name: string, rule: VirtualService, competes: boolean][] = [
    ["of the same host", rule("other", "default", ["reviews"]), true],
    [
      "of the same host, by its full name, in another namespace",
      rule("o", "x", ["reviews.default.svc.cluster.local"]),
      true,
    ],
    ["of the mesh beside a gateway", rule("other", "default", ["a", "reviews"], ["public", "mesh"]), true],
    ["of a gateway that leads to it past the split", fromGateway({ host: "reviews" }), true],
    ["of a gateway that leads to a subset of somebody's choice", fromGateway({ host: "reviews", subset: "v1" }), false],
    ["of a gateway that leads elsewhere", fromGateway({ host: "ratings" }), false],
    ["of a namesake in another namespace", rule("other", "x", ["reviews"]), false],
    ["of another host", rule("other", "default", ["ratings"]), false],
    ["that is Serin's own", rule(RULE, "default", ["reviews"]), false],
  ];
  for (const [name, one, competes] of cases) {
    it(`${competes ? "names" : "leaves out"} a rule ${name}`, async () => {
      const api = new FakeKubernetes();
      api.put(VIRTUAL_SERVICES, one);
      const { namespace, name: own } = one.metadata;
      deepStrictEqual(await routesOver(api).competitors(), competes ? [`${namespace}/${own}`] : []);
    });
  }

  it("leaves out the one that is referred to, and names Serin's own then", async () => {
    const api = new FakeKubernetes();
    api.put(VIRTUAL_SERVICES, rule("mine", "default", ["reviews"]));
    deepStrictEqual(await routesOver(api, "mine").competitors(), []);
    api.put(VIRTUAL_SERVICES, rule(RULE, "default", ["reviews"]));
    deepStrictEqual(await routesOver(api, "mine").competitors(), [`default/${RULE}`]);
  });
});

describe("ServiceRoutes.remove", () => {
  it("removes what Serin made, and is content when it is gone already", async () => {
    const api = new FakeKubernetes();
    const routes = routesOver(api);
    await routes.apply({ role: "stable", stable: {} }, await routes.read());
    await routes.remove();
    await routes.remove();
    deepStrictEqual([virtualService(api), destinationRule(api)], [undefined, undefined]);
  });

  it("leaves a user's own VirtualService, and what it names, alone", async () => {
    const api = new FakeKubernetes();
    api.put(VIRTUAL_SERVICES, rule("mine", "default", ["reviews"]));
    const routes = routesOver(api, "mine");
    await routes.apply({ role: "stable", stable: { version: "v1" } }, await routes.read());
    await routes.remove();
    deepStrictEqual(weightsOf(virtualService(api, "mine")), { stable: 100 });
    deepStrictEqual(destinationRule(api)?.spec.subsets, [{ name: "stable", labels: { version: "v1" } }]);
    deepStrictEqual(virtualService(api, "mine")?.spec.hosts, ["reviews"]);
  });
});
