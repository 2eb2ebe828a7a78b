import assert from "node:assert/strict";
import { requireSpace } from "../../../sandbox/toolchain/disk";
import type { ToolchainError } from "../../../sandbox/toolchain/errors";

describe("disk space", () => {
  const disks: Record<string, { device: number; free: number }> = {
    "/home/go": { device: 1, free: 3000 },
    "/home/modules": { device: 1, free: 3000 },
    "/data": { device: 2, free: 3000 },
  };
  const measure = async (folder: string): Promise<{ device: number; free: number }> => {
    const disk = disks[folder];
    assert.ok(disk);
    return disk;
  };

  it("suffices", async () => {
    const needs = [
      { folder: "/home/go", mebibytes: 3000 },
      { folder: "/data", mebibytes: 3000 },
    ];
    await requireSpace(needs, measure);
  });

  it("is shared by folders on one disk; the error names them, the need and what is free", async () => {
    const needs = [
      { folder: "/home/go", mebibytes: 2000 },
      { folder: "/home/modules", mebibytes: 2000 },
    ];
    await assert.rejects(requireSpace(needs, measure), (error: ToolchainError) => {
      assert.equal(error.failure, "diskFull");
      assert.match(error.message, /needs 3\.9 GiB of disk for \/home\/go, \/home\/modules, but only 2\.9 GiB are free/);
      assert.match(error.message, /SERIN_TOOLCHAIN_DIR/);
      return true;
    });
  });
});
