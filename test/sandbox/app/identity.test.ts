import assert from "node:assert/strict";

import { Identity, workloadOfPod } from "../../../sandbox/app/identity";
import { podInfo } from "./fixtures";

describe("the workload of a running pod", () => {
  const hash = "5f9d499c9d";
  const cases: readonly [what: string, pod: string, hash: string | undefined, workload: string][] = [
    ["a Deployment's", `reviews-v1-${hash}-x7k2p`, hash, "reviews-v1"],
    ["another hash", `reviews-v1-${hash}-x7k2p`, "77", `reviews-v1-${hash}-x7k2p`],
    ["the hash within a word", `reviews${hash}-x7k2p`, hash, `reviews${hash}-x7k2p`],
    ["no hash", "db-0", undefined, "db-0"],
    ["an empty hash", "reviews--x7k2p", "", "reviews--x7k2p"],
    ["no dash", "single", hash, "single"],
  ];
  for (const [what, pod, hash, workload] of cases) {
    it(`${what}: ${workload}`, () => {
      assert.equal(workloadOfPod(pod, hash === undefined ? {} : { "pod-template-hash": hash }), workload);
    });
  }
});

describe("the Service that a request came for", () => {
  const hosts: readonly [host: string | undefined, service: string, namespace: string][] = [
    ["reviews.shop.svc.cluster.local", "reviews", "shop"],
    ["reviews.shop.svc.cluster.local:9080", "reviews", "shop"],
    ["reviews-canary:9080", "reviews-canary", "shop"],
    ["Ratings.Other", "ratings", "other"],
    ["ratings.other.svc", "ratings", "other"],
    ["example.com.evil.org", "reviews", "shop"],
    ["127.1.0.5:9080", "reviews", "shop"],
    ["[::1]:9080", "reviews", "shop"],
    ["*.shop", "reviews", "shop"],
    ["a_b", "reviews", "shop"],
    ["", "reviews", "shop"],
    [undefined, "reviews", "shop"],
  ];
  for (const [host, name, namespace] of hosts) {
    it(`of host ${host}: ${name}.${namespace}`, () => {
      assert.deepEqual(new Identity(podInfo()).served(host).service, { namespace, name });
    });
  }

  it("is named after the workload for a pod without label app", () => {
    const labels = { "pod-template-hash": "5f9d499c9d" };
    const { service, headers } = new Identity(podInfo({}, { labels })).served(undefined);
    assert.equal(service.name, "reviews-v1");
    assert.equal(headers["x-version"], "unknown");
  });

  it("is the pod's own once too many were made up", () => {
    const identity = new Identity(podInfo());
    identity.served("first");
    for (let index = 0; index < 1_000; index += 1) identity.served(`made-up-${index}`);
    assert.equal(identity.served("one-more").service.name, "reviews");
    assert.equal(identity.served("first").service.name, "first");
  });
});
