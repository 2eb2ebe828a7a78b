import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { trafficLines, trafficOf } from "../../../sandbox/demo/traffic";

describe("what the demo tells of the traffic", () => {
  let server: Server;
  let pages: Record<string, readonly object[]>;

  beforeEach(async () => {
    pages = { "/sent": [], "/lost": [], "/requests": [], "/splits": [] };
    server = createServer((request, response) => {
      const page = pages[request.url ?? ""];
      response.writeHead(page ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(page));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const traffic = () => trafficOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "shop", "web");
  const web = { namespace: "shop", name: "web" };
  const strangers = [
    { namespace: "other", name: "web" },
    { namespace: "shop", name: "cart" },
  ];

  it("adds up what was sent and what failed, of one Service only", async () => {
    pages["/sent"] = [...strangers, web].map((name) => ({ ...name, requests: 12_345, unanswered: 2 }));
    pages["/lost"] = [...strangers, web].map((name) => ({ ...name, lost: 3, byFlags: { UH: 3 } }));
    const { sent, failed } = await traffic();
    assert.deepEqual({ sent, failed }, { sent: 12_345, failed: 5 });
  });

  it("tells who answered, by version where there is one", async () => {
    const row = (workload: string, version: string | null, service = "web", namespace = "shop") => {
      return { namespace, service, workload, version, requests: 7 };
    };
    pages["/requests"] = [
      ...[row("web-v1", "v1"), row("web-plain", null), row("unknown", null)],
      ...[row("cart-v8", "v8", "cart"), row("web-v9", "v9", "web", "other")],
    ];
    assert.deepEqual((await traffic()).answeredBy, { v1: 7, "web-plain": 7 });
  });

  it("adds up what workloads of one version have answered", async () => {
    const row = (workload: string, requests: number) => ({ ...web, service: "web", workload, version: "v1", requests });
    pages["/requests"] = [row("web-v1-a", 7), row("web-v1-b", 5)];
    assert.deepEqual((await traffic()).answeredBy, { v1: 12 });
  });

  it("finds the largest gap, to either side", async () => {
    const split = (name: object, v2: number) => {
      const seen = { "web-v1": 200 - v2, "web-v2": v2, "web-v3": 200 };
      return { ...name, at: 1_000, asked: { "web-v1": 25, "web-v2": 25, "web-v3": 50 }, seen };
    };
    pages["/splits"] = [...strangers.map((name) => split(name, 0)), split(web, 98), split(web, 40)];
    const gap = (await traffic()).largestGap;
    assert.deepEqual([gap?.workload, gap?.points], ["web-v1", 15]);
    pages["/splits"] = [split(web, 160), { ...split(web, 0), asked: { "web-v2": 70, "web-v3": 30 } }];
    assert.deepEqual((await traffic()).largestGap?.points, -70);
  });

  it("is all zero where there was no traffic", async () => {
    assert.deepEqual(await traffic(), { sent: 0, failed: 0, answeredBy: {}, largestGap: undefined });
  });

  it("fails where the data plane has no such pages", async () => {
    delete pages["/lost"];
    await assert.rejects(traffic(), /404/);
  });

  it("is written in lines for people", () => {
    const split = { ...web, at: 1_000, asked: {}, seen: {} };
    const gap = { split, workload: "web-v2", asked: 20, seen: 22.54, points: 2.54, standardDeviation: 1.96 };
    const lines = trafficLines({
      sent: 12_345,
      failed: 1_000,
      answeredBy: { v1: 9_000, v2: 2_345 },
      largestGap: { ...gap, requests: 4_321 },
    });
    assert.deepEqual(
      lines.map((text) => text.replace(/ {2,}/, ": ")),
      [
        "requests sent: 12,345",
        "answered by: v1 9,000, v2 2,345",
        "failed because of a release: 1,000",
        "largest gap, weight asked and seen: 2.5 points: of 4,321 requests 22.5 % reached web-v2, asked were 20 % " +
          "(standard deviation by chance: 2.0)",
      ],
    );
  });

  it("says so when there were no weights", () => {
    const lines = trafficLines({ sent: 0, failed: 0, answeredBy: {}, largestGap: undefined });
    assert.match(lines.at(-1) ?? "", /no weights were asked for$/);
  });
});
