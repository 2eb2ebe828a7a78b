import assert from "node:assert/strict";

import { hostMatch, serviceOfHost } from "../../../sandbox/mesh/hosts";

describe("host names", () => {
  const reviews = { name: "reviews", namespace: "shop" };
  const cases: readonly [host: string, namespace: string, expected: object | undefined][] = [
    ["reviews", "shop", reviews],
    ["reviews", "other", { name: "reviews", namespace: "other" }],
    ["reviews.shop", "other", reviews],
    ["reviews.shop.svc", "other", reviews],
    ["reviews.shop.svc.cluster.local", "other", reviews],
    ["reviews.shop.svc.cluster.example", "shop", undefined],
    ["reviews.shop.example", "shop", undefined],
    ["reviews..svc", "shop", undefined],
    ["", "shop", undefined],
    ["*", "shop", undefined],
    ["*.shop.svc.cluster.local", "shop", undefined],
  ];
  for (const [host, namespace, expected] of cases) {
    it(`"${host}" in ${namespace} names ${expected ? JSON.stringify(expected) : "no service"}`, () => {
      assert.deepEqual(serviceOfHost(host, namespace), expected);
    });
  }

  it("ranks an exact host above a longer above a shorter wildcard", () => {
    const hosts = ["reviews", "*.shop.svc.cluster.local", "*.local", "*"];
    const ranks = hosts.map((host) => hostMatch(host, "shop", reviews) ?? -1);
    assert.deepEqual(ranks, [Infinity, ".shop.svc.cluster.local".length, ".local".length, 0]);
    assert.equal(hostMatch("*.other.svc.cluster.local", "shop", reviews), undefined);
    assert.equal(hostMatch("ratings", "shop", reviews), undefined);
  });
});
