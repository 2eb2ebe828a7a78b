import { strictEqual } from "node:assert/strict";
import { fqdn, isHostOf } from "../../../adapters/istio/host";

const SERVICE = { name: "reviews", namespace: "bookinfo" };

describe("isHostOf", () => {
  const cases: [host: string, ruleNamespace: string, isHost: boolean][] = [
    ["reviews", "bookinfo", true],
    ["reviews", "other", false],
    ["reviews.bookinfo", "other", true],
    ["reviews.bookinfo.svc", "other", true],
    ["reviews.bookinfo.svc.cluster.local", "other", true],
    ["reviews.other", "bookinfo", false],
    ["reviews.other.svc.cluster.local", "bookinfo", false],
    ["ratings", "bookinfo", false],
    ["reviews.bookinfo.example.com", "bookinfo", false],
    ["*", "bookinfo", false],
    ["", "bookinfo", false],
  ];
  for (const [host, ruleNamespace, isHost] of cases) {
    it(`'${host}' in a rule of namespace ${ruleNamespace}: ${isHost}`, () => {
      strictEqual(isHostOf(host, SERVICE, ruleNamespace), isHost);
    });
  }

  it("holds for the fully qualified name in any namespace", () => {
    strictEqual(isHostOf(fqdn(SERVICE), SERVICE, "anywhere"), true);
  });
});
