import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { follow } from "../../../sandbox/app/follow";
import { podInfo, podVolume, swap } from "./fixtures";

describe("following a folder", () => {
  let folder: string;
  let end: () => void = () => undefined;
  beforeEach(() => (folder = podVolume(podInfo())));
  afterEach(() => {
    end();
    rmSync(folder, { recursive: true });
  });

  it("looks when its content was swapped", async () => {
    const looked = new Promise<void>((resolve) => (end = follow(folder, resolve, assert.fail, 3_600_000)));
    swap(folder, podInfo({ "error-rate": "1" }));
    await looked;
  });

  it("looks now and then where it cannot be watched, and says so", async () => {
    const missing = join(folder, "missing");
    const warnings: string[] = [];
    await new Promise<void>((resolve) => (end = follow(missing, resolve, (message) => warnings.push(message), 5)));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /missing are looked for every 5ms only: .*ENOENT/);
  });
});
