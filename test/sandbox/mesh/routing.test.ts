import assert from "node:assert/strict";

import type { DestinationRule, HttpRoute, VirtualService } from "../../../sandbox/mesh/model";
import { routeTo, type MeshConfig, type Route } from "../../../sandbox/mesh/routing";
import { pod, service } from "./fixtures";

const reviews = service("reviews");
const pods = [
  pod("reviews", "v1"),
  pod("reviews", "v2"),
  pod("ratings", "v1"),
  pod("reviews", "v1", { namespace: "other" }),
];
const subsets = ["v1", "v2", "v3"].map((version) => ({ name: version, labels: { version } }));
const rule: DestinationRule = { name: "reviews", namespace: "shop", createdAt: 0, host: "reviews", subsets };

function to(host: string, subset?: string, weight?: number) {
  return { host, subset, weight };
}

function entry(...destinations: HttpRoute["destinations"]): HttpRoute {
  return { match: [], destinations, notSimulated: [] };
}

function virtualService(http: readonly HttpRoute[], more: Partial<VirtualService> = {}): VirtualService {
  const meta = { name: "reviews", namespace: "shop", uid: "u", generation: 1, resourceVersion: "1", createdAt: 0 };
  return { ...meta, hosts: ["reviews"], gateways: [], http, ...more };
}

function route(virtualServices: readonly VirtualService[], more: Partial<MeshConfig> = {}): Route {
  const services = [reviews, service("ratings")];
  return routeTo(reviews, { services, virtualServices, destinationRules: [rule], pods, ...more });
}

/** `key weight workloads-or-flags`, a text for each branch. */
function summary({ branches }: Route): readonly string[] {
  return branches.map(({ key, weight, pods, failure }) => {
    return `${key} ${weight} ${failure ? `${failure.code} ${failure.flags}` : pods.map(({ workload }) => workload).join("+")}`;
  });
}

const all = ["* 100 reviews-v1+reviews-v2"];
const split = entry(to("reviews", "v1", 90), to("reviews", "v2", 10));
const splitSummary = ["v1 90 reviews-v1", "v2 10 reviews-v2"];

describe("routing by destination", () => {
  const cases: readonly [what: string, http: readonly HttpRoute[], expected: readonly string[]][] = [
    ["two weighted subsets", [split], splitSummary],
    ["a single destination without weight", [entry(to("reviews", "v1"))], ["v1 100 reviews-v1"]],
    ["a single destination of weight 0", [entry(to("reviews", "v1", 0))], ["v1 100 reviews-v1"]],
    ["no subset", [entry(to("reviews"))], all],
    [
      "one of several without weight",
      [entry(to("reviews", "v1", 1), to("reviews", "v2"))],
      ["v1 1 reviews-v1", "v2 0 reviews-v2"],
    ],
    ["weights that are all 0", [entry(to("reviews", "v1", 0), to("reviews", "v2", 0))], ["* 100 503 NR"]],
    ["a subset without Ready pods", [entry(to("reviews", "v3"))], ["v3 100 503 UH"]],
    ["a subset that no rule has", [entry(to("reviews", "v9"))], ["v9 100 503 NC"]],
    ["a service that is not there", [entry(to("nowhere"))], ["nowhere 100 503 NC"]],
    ["a host outside of the cluster", [entry(to("example.com.org"))], ["example.com.org 100 503 NC"]],
    ["another service", [entry(to("ratings"))], ["ratings 100 ratings-v1"]],
    ["no HTTP entry at all", [], all],
    ["an entry without route", [entry()], ["* 100 404 NR"]],
    ["only entries that do not match", [{ ...split, match: [{ uri: { exact: "/api" } }] }], ["* 100 404 NR"]],
    [
      "the first entry that matches",
      [{ ...entry(to("ratings")), match: [{ headers: { a: { exact: "b" } } }] }, split],
      splitSummary,
    ],
    ["uri.prefix: /", [{ ...split, match: [{ uri: { prefix: "/" } }] }], splitSummary],
  ];
  for (const [what, http, expected] of cases) {
    it(what, () => assert.deepEqual(summary(route([virtualService(http)])), expected));
  }

  for (const host of ["reviews", "reviews.shop", "reviews.shop.svc.cluster.local"]) {
    it(`finds rule, service and VirtualService by ${host}`, () => {
      const http = [entry(to(host, "v1", 90), to(host, "v2", 10))];
      const virtualServices = [virtualService(http, { hosts: [host] })];
      assert.deepEqual(summary(route(virtualServices, { destinationRules: [{ ...rule, host }] })), splitSummary);
    });
  }
});

describe("routing by VirtualService", () => {
  const cases: readonly [what: string, more: Partial<VirtualService>, applies: boolean][] = [
    ["mesh among the gateways", { gateways: ["shop/front", "mesh"] }, true],
    ["gateways without mesh", { gateways: ["shop/front"] }, false],
    ["another host", { hosts: ["ratings"] }, false],
    ["the host among others", { hosts: ["example.com", "reviews"] }, true],
    ["a short host in another namespace", { namespace: "other" }, false],
    ["a full host in another namespace", { namespace: "other", hosts: ["reviews.shop.svc.cluster.local"] }, true],
  ];
  for (const [what, more, applies] of cases) {
    it(`${what} ${applies ? "applies" : "does not apply"}`, () => {
      const http = [entry(to("reviews.shop", "v1", 90), to("reviews.shop", "v2", 10))];
      assert.deepEqual(summary(route([virtualService(http, more)])), applies ? splitSummary : all);
    });
  }

  it("is even over the Ready pods of the service's namespace without one", () => {
    assert.deepEqual(summary(route([])), all);
    const notReady = pods.map((one) => ({ ...one, ready: one.workload !== "reviews-v1" }));
    assert.deepEqual(summary(route([], { pods: notReady })), ["* 100 reviews-v2"]);
    assert.deepEqual(summary(route([], { pods: [] })), ["* 100 503 UH"]);
  });

  it("finds no pods for a service without selector", () => {
    const bare = service("reviews", { selector: {} });
    const config = { services: [bare], virtualServices: [], destinationRules: [], pods };
    assert.deepEqual(summary(routeTo(bare, config)), ["* 100 503 UH"]);
  });

  it("lets the oldest of two for one host win, and an exact host over a wildcard", () => {
    const younger = virtualService([entry(to("ratings"))], { name: "a", createdAt: 2 });
    const older = virtualService([split], { name: "b", createdAt: 1 });
    assert.deepEqual(summary(route([younger, older])), splitSummary);
    const wildcard = virtualService([entry(to("ratings"))], { hosts: ["*"], createdAt: 0 });
    assert.deepEqual(summary(route([wildcard, older])), splitSummary);
    assert.deepEqual(summary(route([wildcard])), ["ratings 100 ratings-v1"]);
  });

  it("merges the rules of a host, the older one's subset counting, and no other namespace's", () => {
    const v2AsV1 = [{ name: "v1", labels: { version: "v2" } }];
    const younger = { ...rule, name: "a", createdAt: 5, subsets: v2AsV1 };
    const elsewhere = { ...rule, namespace: "other", host: "reviews.shop", createdAt: -5, subsets: v2AsV1 };
    const virtualServices = [virtualService([split])];
    assert.deepEqual(summary(route(virtualServices, { destinationRules: [younger, elsewhere, rule] })), splitSummary);
    const older = { ...younger, createdAt: -1 };
    assert.deepEqual(summary(route(virtualServices, { destinationRules: [rule, older] }))[0], "v1 90 reviews-v2");
  });
});
