import assert from "node:assert/strict";

import { gatewayRoute } from "../../../sandbox/dataplane/gatewayRoute";
import type { VirtualService } from "../../../sandbox/mesh/model";
import { pod, service } from "../mesh/fixtures";

const host = "shop.example.com";
const web = service("web");
const cart = service("cart");
const pods = [pod("web", "v1"), pod("cart", "v1")];

function bound(name: string, hosts: readonly string[], more: Partial<VirtualService> = {}): VirtualService {
  const http = [{ match: [], destinations: [to("web")], notSimulated: [] }];
  const meta = { namespace: "shop", name, uid: name, generation: 1, resourceVersion: "1", createdAt: 0 };
  return { ...meta, hosts, gateways: ["public"], http, ...more };
}

function to(name: string, weight?: number) {
  return { host: name, subset: undefined, weight };
}

function route(...virtualServices: VirtualService[]) {
  return gatewayRoute(web, host, { services: [web, cart], virtualServices, destinationRules: [], pods });
}

const chosen = (...all: VirtualService[]) => route(...all).virtualService?.name;

describe("the route by the gateway", () => {
  it("is that of the VirtualService that a Gateway has for the host", () => {
    const split = [{ match: [], destinations: [to("web", 70), to("cart", 30)], notSimulated: [] }];
    const { branches, virtualService } = route(
      bound("other", ["other.example.com"]),
      bound("web", [host], { http: split }),
    );
    assert.equal(virtualService?.name, "web");
    assert.deepEqual(
      branches.map(({ key, weight, pods }) => [key, weight, pods.length]),
      [
        ["*", 70, 1],
        ["cart", 30, 1],
      ],
    );
  });

  it("is none without one, or when it is for requests from inside the mesh only", () => {
    for (const all of [[], [bound("web", [host], { gateways: ["mesh"] })], [bound("web", [host], { gateways: [] })]]) {
      const { branches, virtualService } = route(...all);
      assert.equal(virtualService, undefined);
      assert.deepEqual(branches[0]?.failure, { code: 404, flags: "NR" });
    }
  });

  it("prefers the more exact host, then the older object, then the first name", () => {
    assert.equal(chosen(bound("any", ["*"]), bound("suffix", ["*.example.com"])), "suffix");
    assert.equal(chosen(bound("suffix", ["*.example.com"]), bound("exact", ["a.b", "Shop.Example.com"])), "exact");
    assert.equal(chosen(bound("new", [host], { createdAt: 2 }), bound("old", [host], { createdAt: 1 })), "old");
    assert.equal(chosen(bound("b", [host]), bound("a", [host])), "a");
  });

  it("goes by the first entry that a plain request with the host matches", () => {
    const entry = (match: Readonly<Record<string, unknown>>, name: string) => {
      return { match: [match], destinations: [to(name)], notSimulated: [] };
    };
    const goesTo = (match: Readonly<Record<string, unknown>>, gateways = ["public"]) => {
      const http = [entry(match, "cart"), entry({}, "web")];
      return route(bound("web", [host], { http, gateways })).branches[0]?.key === "cart";
    };
    assert.ok(goesTo({ authority: { exact: host } }));
    assert.ok(goesTo({ port: 80 }));
    assert.ok(!goesTo({ port: 9080 }));
    assert.ok(!goesTo({ headers: { "x-user": { exact: "tester" } } }));
    assert.ok(!goesTo({ gateways: ["mesh"] }, ["public", "mesh"]));
    assert.ok(!goesTo({ gateways: ["other"] }));
    for (const written of ["public", "shop/public"]) {
      for (const matched of ["public", "shop/public"]) assert.ok(goesTo({ gateways: [matched] }, [written]), matched);
    }
  });
});
