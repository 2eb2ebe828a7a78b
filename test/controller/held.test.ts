import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { VIRTUAL_SERVICES, type VirtualService } from "../../adapters/istio/rules";
import { NAMESPACE, virtualService, weightsOf } from "../support/objects";
import { House } from "./house";

function rule(hosts: readonly string[]): VirtualService {
  const route = hosts.map((host) => ({ destination: { host } }));
  return { metadata: { name: "mine", namespace: NAMESPACE }, spec: { hosts: ["reviews"], http: [{ route }] } };
}

describe("a release that is held", () => {
  let house: House;
  beforeEach(() => (house = new House()));
  afterEach(() => house.restore());

  it("says that its VirtualService cannot carry the split, and starts once somebody has put that right", async () => {
    house.cluster.put(VIRTUAL_SERVICES, rule(["reviews", "ratings"]));
    house.add("one", "reviews-v1", "reviews-v2", { routingReference: { name: "mine" } });
    await house.pass(60_000);
    const { status } = house.record("one") ?? {};
    match(status?.message ?? "", /^RoutingRulesError: an http entry of VirtualService mine splits traffic/);
    deepStrictEqual(status?.conditions?.find(({ type }) => type === "RoutingRulesReady")?.status, "False");
    strictEqual(house.events.filter((text) => text.includes("RoutingRulesError")).length, 1, "said once");
    deepStrictEqual(house.failures, []);
    house.cluster.put(VIRTUAL_SERVICES, rule(["reviews"]));
    house.hear("virtualservices", "mine");
    await house.until(() => weightsOf(virtualService(house.cluster, "mine"))["candidate"] === 20, 10_000);
  });
});
