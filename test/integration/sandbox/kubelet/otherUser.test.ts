import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const isRoot = process.getuid?.() === 0;

describe("the runtime as another user", function () {
  this.timeout(60_000);

  it("takes a user namespace by itself, or says that it cannot", async function () {
    const folder = await mkdtemp(join(tmpdir(), "serin-nobody-"));
    if (isRoot) await chown(folder, 65534, 65534);
    const program = `
      const { createRuntime, readImageTable } = require("./sandbox/kubelet/runtime");
      createRuntime({ images: readImageTable("[]"), stateDir: ${JSON.stringify(folder)}, log: console })
        .then((runtime) => console.log(runtime.version), (error) => console.log(error.message));`;
    try {
      const user = isRoot ? { uid: 65534, gid: 65534 } : {};
      const child = spawn(process.execPath, ["-r", "ts-node/register", "-e", program], {
        stdio: ["ignore", "pipe", "inherit"],
        cwd: resolve("."),
        ...user,
      });
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      assert.match(line, /^(unshare|bwrap):\/\/\d/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
