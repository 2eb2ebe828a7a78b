import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cachedPath, cacheFolder, cacheKey, install } from "../../../sandbox/toolchain/cache";
import { type Tool, type ToolName, tools } from "../../../sandbox/toolchain/tools";

function toolNamed(name: ToolName): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  assert.ok(tool);
  return tool;
}

describe("toolchain cache", () => {
  describe("folder", () => {
    it("is the one the user names", () => {
      assert.equal(cacheFolder({ SERIN_TOOLCHAIN_DIR: "/a", XDG_CACHE_HOME: "/b" }), "/a");
    });
    it("is in the user's cache folder otherwise", () => {
      assert.equal(cacheFolder({ XDG_CACHE_HOME: "/b" }), "/b/serin/toolchain");
    });
    it("is in the home folder when nothing is set", () => {
      assert.equal(cacheFolder({ XDG_CACHE_HOME: "" }), join(homedir(), ".cache/serin/toolchain"));
    });
  });

  describe("key", () => {
    const etcd = toolNamed("etcd");
    const files = new Map([["go.sum", "one"]]);
    const key = cacheKey(etcd, () => files, "linux-x64");

    it("names kit, version and platform", () => assert.match(key, /^etcd-v3\.6\.8-linux-x64-[0-9a-f]{12}$/));
    it("is the same for the same build", () => {
      assert.equal(
        cacheKey(etcd, () => new Map(files), "linux-x64"),
        key,
      );
    });
    it("changes with a pinned file", () => {
      assert.notEqual(
        cacheKey(etcd, () => new Map([["go.sum", "two"]]), "linux-x64"),
        key,
      );
    });
    it("changes with the platform", () => {
      assert.notEqual(
        cacheKey(etcd, () => files, "darwin-arm64"),
        key,
      );
    });
    it("is shared by tools that look for each other beside themselves", () => {
      assert.equal(cacheKey(toolNamed("pulumi")), cacheKey(toolNamed("pulumi-language-nodejs")));
    });
    it("of Istio's types does not change with istiod's modules", () => {
      const key = (sums: string): string =>
        cacheKey(toolNamed("istio-crds"), ({ name }) => new Map([["go.sum", name === "istiod" ? sums : "same"]]));
      assert.equal(key("two"), key("one"));
    });
  });

  describe("install", () => {
    const tool = toolNamed("etcd");
    const silent = (): void => undefined;
    let folder = "";
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "serin-cache-"))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const hidden = (): string[] => readdirSync(folder).filter((name) => name.startsWith("."));
    const write =
      (text: string) =>
      async (output: string): Promise<void> =>
        writeFileSync(output, text);

    it("builds once and finds it from then on", async () => {
      const first = await install(folder, tool, silent, write("one"));
      const second = await install(folder, tool, silent, write("two"));
      assert.deepEqual([first.built, second.built], [true, false]);
      assert.equal(first.path, cachedPath(folder, tool));
      assert.equal(readFileSync(second.path, "utf8"), "one");
      assert.deepEqual(hidden(), []);
    });

    it("lets one of two builds at once do the work, and the other one wait and say so", async () => {
      const lines: string[] = [];
      let builds = 0;
      const build = async (output: string): Promise<void> => {
        builds++;
        writeFileSync(output, "half");
        await sleep(50);
        assert.ok(!existsSync(cachedPath(folder, tool)), "half a file must not be seen");
        writeFileSync(output, "whole");
      };
      const both = [1, 2].map(() => install(folder, tool, (line) => lines.push(line), build));
      const results = await Promise.all(both);
      assert.equal(builds, 1);
      assert.deepEqual(results.map(({ built }) => built).sort(), [false, true]);
      for (const { path } of results) assert.equal(readFileSync(path, "utf8"), "whole");
      assert.deepEqual(lines, ["waiting for etcd: another process is building it …"]);
    });

    it("leaves nothing of a build that failed, and the next one succeeds", async () => {
      const failing = async (output: string): Promise<void> => {
        writeFileSync(output, "half");
        throw new Error("broken");
      };
      await assert.rejects(install(folder, tool, silent, failing), /broken/);
      assert.deepEqual(hidden(), []);
      assert.ok(!existsSync(cachedPath(folder, tool)));
      assert.ok((await install(folder, tool, silent, write("whole"))).built);
    });

    it("takes over the lock and clears the remains of a build that was killed", async () => {
      const base = join(folder, `.${cacheKey(tool)}-${tool.name}`);
      await mkdir(`${base}.lock`);
      await mkdir(`${base}.tmp-abc`);
      const longAgo = new Date(Date.now() - 60_000);
      utimesSync(`${base}.lock`, longAgo, longAgo);
      assert.ok((await install(folder, tool, silent, write("whole"))).built);
      assert.deepEqual(hidden(), []);
    });

    it("stops waiting when interrupted", async () => {
      const base = join(folder, `.${cacheKey(tool)}-${tool.name}`);
      await mkdir(`${base}.lock`);
      const controller = new AbortController();
      const waiting = install(folder, tool, () => controller.abort(new Error("enough")), write(""), controller.signal);
      await assert.rejects(waiting, /enough/);
    });
  });
});
