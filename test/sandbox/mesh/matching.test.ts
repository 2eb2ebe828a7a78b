import assert from "node:assert/strict";

import { requestMatches } from "../../../sandbox/mesh/matching";

describe("matching of the plain request", () => {
  const request = {
    method: "GET",
    path: "/",
    scheme: "http",
    authority: "reviews.shop.svc.cluster.local",
    port: 9080,
    sourceNamespace: "istio-system",
    sourceLabels: { app: "traffic-generator" },
  };
  const cases: readonly [match: Record<string, unknown>, expected: boolean][] = [
    [{}, true],
    [{ name: "any", statPrefix: "x" }, true],
    [{ uri: { prefix: "/" } }, true],
    [{ uri: { exact: "/" } }, true],
    [{ uri: { prefix: "/api" } }, false],
    [{ uri: { exact: "/api" } }, false],
    [{ uri: { regex: "/.*" } }, true],
    [{ uri: { regex: "/api" } }, false],
    [{ uri: { regex: "(" } }, false],
    [{ uri: { regex: "(?i)/" } }, false],
    [{ uri: {} }, false],
    [{ uri: "/" }, false],
    [{ headers: { "end-user": { exact: "jason" } } }, false],
    [{ headers: { "end-user": {} } }, false],
    [{ headers: {} }, true],
    [{ withoutHeaders: { "end-user": {} } }, true],
    [{ queryParams: { v: { exact: "2" } } }, false],
    [{ method: { exact: "GET" } }, true],
    [{ method: { exact: "POST" } }, false],
    [{ scheme: { exact: "https" } }, false],
    [{ authority: { prefix: "REVIEWS" } }, false],
    [{ uri: { prefix: "/" }, ignoreUriCase: true }, true],
    [{ port: 9080 }, true],
    [{ port: 80 }, false],
    [{ sourceNamespace: "istio-system" }, true],
    [{ sourceNamespace: "shop" }, false],
    [{ sourceLabels: { app: "traffic-generator" } }, true],
    [{ sourceLabels: { app: "productpage" } }, false],
    [{ gateways: ["mesh"] }, true],
    [{ gateways: ["shop/front"] }, false],
    [{ uri: { prefix: "/" }, headers: { cookie: { regex: ".*" } } }, false],
    [{ somethingNew: 1 }, false],
  ];
  for (const [match, expected] of cases) {
    it(`${expected ? "satisfies" : "does not satisfy"} ${JSON.stringify(match)}`, () => {
      assert.equal(requestMatches([match], request), expected);
    });
  }

  it("needs any of several matches, and all conditions of one", () => {
    assert.equal(requestMatches([], request), true);
    assert.equal(requestMatches([{ uri: { exact: "/api" } }, { uri: { exact: "/" } }], request), true);
    assert.equal(requestMatches([{ uri: { exact: "/api" } }, { port: 80 }], request), false);
  });
});
