import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findKubernetesPlugin } from "../../../sandbox/kubernetes-plugin/find";

const PROGRAM = "pulumi-resource-kubernetes";

describe("the plugin that serves Kubernetes resources", () => {
  let dir = "";
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "serin-find-"))));
  afterEach(() => rmSync(dir, { recursive: true }));

  function program(folder: string, name: string, text: string): string {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function find(install: string, { env = {}, now = 0 }: { env?: NodeJS.ProcessEnv; now?: number } = {}) {
    const pulumi = program(join(dir, "cli"), "pulumi", `echo x >> ${join(dir, "asked")}\n${install}`);
    const home = { PATH: "/usr/bin:/bin", PULUMI_HOME: join(dir, "home") };
    return findKubernetesPlugin({
      pulumi,
      cacheDir: join(dir, "cache"),
      env: { ...home, ...env },
      report: () => undefined,
      now: () => now,
    });
  }

  const timesAsked = () => (existsSync(join(dir, "asked")) ? readFileSync(join(dir, "asked"), "utf8").length / 2 : 0);

  it("is the official one on PATH", async () => {
    const bin = join(dir, "bin");
    program(bin, PROGRAM, "exit 0");
    assert.deepEqual(await find("exit 1", { env: { PATH: bin } }), { kind: "official", folder: bin });
    assert.equal(timesAsked(), 0);
  });

  it("is the newest in Pulumi's own folder", async () => {
    for (const version of ["v4.9.0", "v4.34.2"])
      program(join(dir, "home", "plugins", `resource-kubernetes-${version}`), PROGRAM, "exit 0");
    const { kind, folder } = await find("exit 1");
    assert.deepEqual([kind, folder.endsWith("resource-kubernetes-v4.34.2")], ["official", true]);
  });

  it("is the official one that can be downloaded", async () => {
    const folder = '"$PULUMI_HOME/plugins/resource-kubernetes-v$5"';
    const { kind } = await find(
      `mkdir -p ${folder}; printf '#!/bin/sh\\n' > ${folder}/${PROGRAM}; chmod +x ${folder}/${PROGRAM}`,
    );
    assert.equal(kind, "official");
    assert.equal((await find("exit 1")).kind, "official");
    assert.equal(timesAsked(), 1);
  });

  it("is the stand-in where it cannot, which is asked once a day", async () => {
    const found = await find("exit 1");
    assert.equal(found.kind, "standIn");
    const script = readFileSync(join(found.folder, PROGRAM), "utf8");
    assert.match(script, /exec '.*' '.*kubernetes-plugin\/main\.js' "\$@"/);
    assert.equal((await find("exit 1", { now: 60_000 })).kind, "standIn");
    assert.equal(timesAsked(), 1);
    await find("exit 1", { now: 25 * 60 * 60_000 });
    assert.equal(timesAsked(), 2);
  });

  it("is not the official one where PATH has the stand-in", async () => {
    const { folder } = await find("exit 1");
    assert.equal((await find("exit 1", { env: { PATH: folder } })).kind, "standIn");
  });
});
