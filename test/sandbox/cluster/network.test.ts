import assert from "node:assert/strict";
import { addressBlock, serviceRange } from "../../../sandbox/cluster/network";

describe("a cluster's loopback addresses", () => {
  for (const [port, range] of [
    [20_000, "127.128.0.0/23"],
    [20_001, "127.128.2.0/23"],
    [20_129, "127.129.2.0/23"],
    [29_999, "127.206.30.0/23"],
  ] as const) {
    it(`for Services are ${range} with the API server at ${port}`, () => assert.equal(serviceRange(port), range));
  }

  it("are no one else's", () => {
    const ports = Array.from({ length: 10_000 }, (_, index) => 20_000 + index);
    assert.equal(new Set(ports.map(serviceRange)).size, ports.length);
    const second = (text: string): number => Number(text.split(".")[1]);
    assert.ok(Math.max(...ports.map((port) => second(addressBlock(port)))) < 128);
    assert.ok(Math.max(...ports.map((port) => second(serviceRange(port)))) < 255);
  });
});
