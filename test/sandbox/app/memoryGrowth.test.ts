import assert from "node:assert/strict";

import { MemoryGrowth } from "../../../sandbox/app/memoryGrowth";

describe("growing memory", () => {
  let now = 0;
  const held = (memory: MemoryGrowth, at: number): number => {
    now = at;
    memory.advance();
    return memory.mibHeld;
  };
  beforeEach(() => (now = 0));

  it("is none by default", () => {
    assert.equal(held(new MemoryGrowth(() => now), 3_600_000), 0);
  });

  it("follows the rate, in whatever steps it is looked at", () => {
    const memory = new MemoryGrowth(() => now);
    memory.setRate(6);
    for (let at = 0; at < 30_000; at += 7) held(memory, at);
    assert.equal(held(memory, 30_000), 3);
    assert.equal(held(memory, 60_000), 6);
  });

  it("keeps what it has when the rate changes", () => {
    const memory = new MemoryGrowth(() => now);
    memory.setRate(6);
    now = 60_000;
    memory.setRate(0);
    assert.equal(held(memory, 600_000), 6);
    memory.setRate(12);
    assert.equal(held(memory, 660_000), 18);
  });

  it("is memory that the process has", () => {
    const memory = new MemoryGrowth(() => now);
    const before = process.memoryUsage.rss();
    memory.setRate(64);
    held(memory, 60_000);
    assert.ok(process.memoryUsage.rss() - before > 32 * 2 ** 20);
  });

  it("ends at 512 MiB", () => {
    const taken: number[] = [];
    const memory = new MemoryGrowth(
      () => now,
      (bytes) => taken.push(bytes),
    );
    memory.setRate(10_000);
    assert.equal(held(memory, 60_000), 512);
    assert.equal(held(memory, 120_000), 512);
    assert.deepEqual(taken, [512 * 2 ** 20]);
  });
});
