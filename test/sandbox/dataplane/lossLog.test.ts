import assert from "node:assert/strict";

import type { ProxiedRequest } from "../../../sandbox/dataplane/accessLog";
import { LossLog } from "../../../sandbox/dataplane/lossLog";

const destination = { host: "web.shop.svc.cluster.local", subset: "v2" };
const request: ProxiedRequest = {
  at: 1_000,
  host: "shop.example.com",
  code: 503,
  flags: "UF",
  durationMs: 1,
  upstream: "127.1.0.5",
  destination,
};

describe("log of losses", () => {
  let lines: string[];
  let losses: LossLog;

  beforeEach(() => {
    lines = [];
    losses = new LossLog((line) => lines.push(line));
  });

  const lose = (name: string, more: Partial<ProxiedRequest> = {}): void =>
    losses.tell({ namespace: "shop", name }, { ...request, ...more });

  it("tells when, why, on which way and at which pod", () => {
    lose("web");
    lose("web", { flags: "UH", upstream: undefined, destination: { ...destination, subset: undefined } });
    lose("web", { code: 404, flags: "NR", upstream: undefined, destination: undefined });
    const begin = "lost a request to shop/web of 1970-01-01T00:00:01.000Z:";
    assert.deepEqual(lines, [
      `${begin} 503 UF, web.shop.svc.cluster.local subset v2, 127.1.0.5`,
      `${begin} 503 UH, web.shop.svc.cluster.local, no pod`,
      `${begin} 404 NR, no route, no pod`,
    ]);
  });

  it("tells of fifty a service, each of them, and then once that no more are told", () => {
    for (let i = 0; i < 60; i++) lose("web");
    assert.equal(lines.length, 51);
    assert.equal(lines.at(-1), "lost 50 requests to shop/web: no more are told here, see /lost");
    lose("cart");
    assert.match(lines.at(-1) ?? "", /^lost a request to shop\/cart /);
  });
});
