import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { downSandbox, SandboxError, statusOf, stopPart, upSandbox } from "../../../sandbox/cluster";
import { layoutOf } from "../../../sandbox/cluster/layout";
import { compiledScript } from "../../../sandbox/toolchain/packageRoot";
import { coldTimeoutMs, eventually, pids, ports, processesOf, temporaryDir, timeoutMs } from "./support";

const silent = (): void => undefined;

describe("sandbox after a crash", function () {
  this.timeout(timeoutMs);
  const dir = temporaryDir();
  const up = (): Promise<unknown> => upSandbox({ dir, report: silent, ownerPid: process.pid });
  before(async function () {
    this.timeout(coldTimeoutMs);
    await up();
  });
  after(() => downSandbox(dir, { purge: true }));

  it("starts the killed parts again and keeps the others", async () => {
    const before = { pids: await pids(dir), ports: await ports(dir) };
    const killed = ["kwok", "mesh"];
    for (const name of killed) process.kill(before.pids[name] ?? 0, "SIGKILL");
    await eventually("the kill is seen", async () => !(await statusOf(dir)).healthy);
    await up();
    const after = await pids(dir);
    for (const [name, pid] of Object.entries(after))
      assert.equal(pid === before.pids[name], !killed.includes(name), name);
    assert.deepEqual(await ports(dir), before.ports);
  });

  it("recovers from a killed etcd and API server", async () => {
    const before = await pids(dir);
    for (const name of ["etcd", "kube-apiserver"]) process.kill(before[name] ?? 0, "SIGKILL");
    await up();
    assert.ok((await statusOf(dir)).healthy);
  });

  it("never takes a stranger for a part that is gone", async () => {
    await stopPart(dir, "prometheus");
    const { state } = layoutOf(dir);
    const content = JSON.parse(readFileSync(state, "utf8"));
    content.parts.prometheus.process = { pid: process.pid, identity: "an earlier process" };
    writeFileSync(state, JSON.stringify(content));
    assert.equal((await statusOf(dir)).parts.find(({ name }) => name === "prometheus")?.health, "stopped");
    await up();
    assert.notEqual((await pids(dir)).prometheus, process.pid);
  });

  it("gives a part another port when its own was taken meanwhile", async () => {
    await stopPart(dir, "mesh");
    const { mesh: port } = await ports(dir);
    const squatter = createServer().listen(port, "127.0.0.1");
    await once(squatter, "listening");
    try {
      await up();
      assert.ok((await statusOf(dir)).healthy);
      assert.notEqual((await ports(dir)).mesh, port);
    } finally {
      squatter.close();
    }
  });

  if (process.platform === "linux") {
    it("ends processes that no state knows", async () => {
      const before = await pids(dir);
      rmSync(layoutOf(dir).state);
      await up();
      const after = await pids(dir);
      for (const [name, pid] of Object.entries(after)) assert.notEqual(pid, before[name]);
      assert.equal(processesOf(dir).length, Object.keys(after).length + 1, "the parts and the watchdog");
    });
  }
});

describe("sandbox whose owner ends", function () {
  this.timeout(timeoutMs);
  let dir = "";
  let child: ChildProcess | undefined;
  beforeEach(() => {
    dir = temporaryDir();
    child = undefined;
  });
  afterEach(async () => {
    child?.kill("SIGKILL");
    await downSandbox(dir, { purge: true });
  });

  /** The command line's `up`, and what it prints. */
  function runUp(...flags: string[]): { child: ChildProcess; printed: () => string; ended: Promise<unknown[]> } {
    const script = compiledScript("sandbox/cli/main.js");
    const started = spawn(process.execPath, [script, "--dir", dir, "up", ...flags]);
    child = started;
    let text = "";
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    return { child: started, printed: () => text, ended: once(started, "close") };
  }

  for (const moment of ["kube-apiserver ready", "Ctrl-C takes"]) {
    it(`stops everything on Ctrl-C after "${moment}"`, async () => {
      const { child, printed, ended } = runUp("--foreground");
      await eventually(moment, () => printed().includes(moment));
      child.kill("SIGINT");
      await ended;
      assert.deepEqual(processesOf(dir), [], printed());
    });

    it(`is taken down when it is killed after "${moment}"`, async () => {
      const { child, printed, ended } = runUp("--foreground");
      await eventually(moment, () => printed().includes(moment));
      child.kill("SIGKILL");
      await ended;
      await eventually("all processes have ended", () => processesOf(dir).length === 0);
    });
  }

  it("stops what it has started when a detached up is interrupted", async () => {
    const { child, printed, ended } = runUp();
    await eventually("the API server", () => printed().includes("kube-apiserver ready"));
    child.kill("SIGINT");
    const [code] = await ended;
    assert.equal(code, 130);
    assert.match(printed(), /interrupted by SIGINT/);
    assert.deepEqual(processesOf(dir), []);
  });

  it("stays after a detached up has ended, without a watchdog", async () => {
    const { ended } = runUp();
    assert.deepEqual(await ended, [0, null]);
    const status = await statusOf(dir);
    assert.ok(status.healthy);
    assert.equal(status.ownerPid, undefined);
    assert.ok(!processesOf(dir).includes("watchdog"));
  });

  it("says which part failed, shows its log and leaves nothing running", async () => {
    const { etcd } = layoutOf(dir);
    mkdirSync(etcd);
    writeFileSync(join(etcd, "member"), "a file where etcd wants a folder");
    await assert.rejects(upSandbox({ dir, report: silent }), (error: Error) => {
      assert.ok(error instanceof SandboxError);
      assert.match(error.message, /^etcd ended right after its start\. Last lines of .*etcd\.log:\n.*not a directory/s);
      return true;
    });
    assert.deepEqual(processesOf(dir), []);
  });
});
