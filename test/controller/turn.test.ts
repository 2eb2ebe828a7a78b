import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { ExperimentResource, SerinStatus } from "../../adapters/kubernetes/experiment/resource";
import { keyOf } from "../../adapters/kubernetes/objectCache";
import { claimsOf, Involved } from "../../controller/involved";
import { goesBefore, waitsFor } from "../../controller/turn";

interface Given {
  readonly name?: string;
  readonly namespace?: string;
  readonly service?: string;
  readonly baseline?: string;
  readonly candidate?: string;
  readonly created?: string;
  readonly begun?: boolean;
  readonly rule?: string;
}

function experiment({
  name = "try",
  namespace = "shop",
  service = "cart",
  baseline = "cart-v1",
  candidate = "cart-v2",
  created,
  begun = false,
  rule,
}: Given): ExperimentResource {
  const serin: SerinStatus = { stage: "waiting", createdAt: "2030-01-01T00:00:00.000Z", reason: "" };
  return {
    apiVersion: "iter8.tools/v1alpha1",
    kind: "Experiment",
    metadata: { name, namespace, creationTimestamp: created },
    spec: { targetService: { name: service, baseline, candidate }, ...(rule && { routingReference: { name: rule } }) },
    ...(begun ? { status: { serin } } : {}),
  };
}

const old = "2030-01-01T00:00:00Z";
const young = "2030-01-01T00:00:01Z";

describe("whose turn it is", () => {
  const cases: readonly (readonly [what: string, first: Given, second: Given])[] = [
    ["the older one's", { name: "z", created: old }, { name: "a", created: young }],
    ["the one's that has begun", { name: "z", created: young, begun: true }, { name: "a", created: old }],
    [
      "the older one's of two that have begun",
      { created: old, begun: true },
      { name: "a", created: young, begun: true },
    ],
    ["by name where both are as old", { name: "a", created: old }, { name: "b", created: old }],
    ["the one's without a time, which is as good as old", { name: "z" }, { name: "a", created: old }],
  ];
  for (const [what, first, second] of cases) {
    it(`is ${what}`, () => {
      const [one, other] = [experiment(first), experiment(second)];
      strictEqual(goesBefore(one, other), true);
      strictEqual(goesBefore(other, one), false);
      strictEqual(waitsFor(one, [other]), undefined);
      strictEqual(waitsFor(other, [one]), one);
    });
  }

  const apart: readonly (readonly [what: string, waits: boolean, other: Given])[] = [
    ["the same Service", true, { baseline: "x", candidate: "y" }],
    ["the same baseline", true, { service: "other", candidate: "y" }],
    ["the other's candidate as its baseline", true, { service: "other", baseline: "cart-v2", candidate: "y" }],
    ["nothing in common", false, { service: "other", baseline: "x", candidate: "y" }],
    ["the same names in another namespace", false, { namespace: "elsewhere" }],
    ["a Service named as the other's Deployment", false, { service: "cart-v1", baseline: "x", candidate: "y" }],
  ];
  for (const [what, waits, other] of apart) {
    it(`${waits ? "matters" : "does not matter"} with ${what}`, () => {
      const first = experiment({ name: "first", created: old });
      const second = experiment({ name: "second", created: young, ...other });
      strictEqual(waitsFor(second, [first]) !== undefined, waits);
    });
  }

  const names = fc.constantFrom("a", "b", "c", "d");
  const someone = fc.record({
    service: names,
    baseline: names,
    candidate: names,
    created: fc.constantFrom(undefined, old, young),
    begun: fc.boolean(),
    namespace: fc.constantFrom("shop", "bank"),
  });
  const crowd = fc
    .array(someone, { minLength: 1, maxLength: 8 })
    .map((all) => all.map((given, i) => experiment({ ...given, name: `e${i}` })));

  it("is exactly one's, of all that want the same, whoever asks and in whatever order", () => {
    fc.assert(
      fc.property(crowd, (all) => {
        const rivals = all.map((one) =>
          experiment({
            ...one.metadata,
            namespace: "shop",
            created: one.metadata.creationTimestamp,
            service: "same",
            begun: one.status !== undefined,
          }),
        );
        const free = rivals.filter(
          (one) =>
            waitsFor(
              one,
              rivals.filter((other) => other !== one),
            ) === undefined,
        );
        strictEqual(free.length, 1);
        const [first] = [...rivals].sort((a, b) => (goesBefore(a, b) ? -1 : 1));
        strictEqual(first, free[0]);
      }),
    );
  });

  it("is never two's that have a hand in the same thing, and always somebody's", () => {
    fc.assert(
      fc.property(crowd, (all) => {
        const involved = new Involved();
        const byKey = new Map(all.map((one) => [keyOf(one), one]));
        for (const one of all) involved.set(one);
        const rivals = (one: ExperimentResource) =>
          involved.rivalsOf(one).map((key) => byKey.get(key) as ExperimentResource);
        const free = all.filter((one) => waitsFor(one, rivals(one)) === undefined);
        ok(free.length > 0);
        for (const one of free) {
          const others = free.filter((other) => other !== one);
          ok(!others.some((other) => claimsOf(other).some((claim) => claimsOf(one).includes(claim))));
        }
        // One that has begun is overtaken by none that has not.
        for (const one of all) {
          const first = waitsFor(one, rivals(one));
          ok(!one.status || !first || first.status);
        }
      }),
    );
  });

  it("passes from one to the next until all have had theirs, the oldest first", () => {
    fc.assert(
      fc.property(crowd, (all) => {
        let left = all;
        const done: ExperimentResource[] = [];
        while (left.length > 0) {
          const free = left.filter(
            (one) =>
              waitsFor(
                one,
                left.filter((other) => other !== one),
              ) === undefined,
          );
          ok(free.length > 0, "nobody's turn");
          for (const one of free) {
            const overtaken =
              done.length > 0 && left.some((other) => other !== one && goesBefore(other, one) && shares(other, one));
            strictEqual(overtaken, false);
          }
          done.push(...free);
          left = left.filter((one) => !free.includes(one));
        }
        strictEqual(done.length, all.length);
      }),
    );
  });
});

function shares(one: ExperimentResource, other: ExperimentResource): boolean {
  return claimsOf(one).some((claim) => claimsOf(other).includes(claim));
}

describe("Involved", () => {
  it("knows which experiments depend on an object", () => {
    const involved = new Involved();
    involved.set(experiment({ name: "one" }));
    involved.set(experiment({ name: "two", rule: "mine" }));
    const rule = "cart.shop.iter8-experiment";
    deepStrictEqual(involved.by("service", "shop", "cart"), ["shop/one", "shop/two"]);
    deepStrictEqual(involved.by("deployment", "shop", "cart-v2"), ["shop/one", "shop/two"]);
    deepStrictEqual(involved.by("virtualService", "shop", rule), ["shop/one"]);
    deepStrictEqual(involved.by("virtualService", "shop", "mine"), ["shop/two"]);
    deepStrictEqual(involved.by("destinationRule", "shop", rule), ["shop/one", "shop/two"]);
    deepStrictEqual(involved.by("lease", "shop", "serin-one"), ["shop/one"]);
    deepStrictEqual(involved.by("service", "bank", "cart"), []);
    deepStrictEqual(involved.rivalsOf(experiment({ name: "one" })), ["shop/two"]);
    strictEqual(involved.size, 2);
  });

  it("follows an experiment that is changed, and forgets one that is over", () => {
    const involved = new Involved();
    involved.set(experiment({ name: "one" }));
    involved.set(experiment({ name: "one", service: "other" }));
    deepStrictEqual(involved.by("service", "shop", "cart"), []);
    deepStrictEqual(involved.by("service", "shop", "other"), ["shop/one"]);
    strictEqual(involved.size, 1);
    involved.remove("shop/one");
    involved.remove("shop/one");
    deepStrictEqual([...involved.keys()], []);
    deepStrictEqual(involved.by("deployment", "shop", "cart-v1"), []);
  });
});
