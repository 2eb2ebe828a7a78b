import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { endProcesses, findMarked, identify, isAlive, markName, markOf } from "../../../sandbox/cluster/processes";

describe("processes", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  async function start(script: string, env: NodeJS.ProcessEnv = process.env): Promise<number> {
    const child = spawn(process.execPath, ["-e", `${script}; console.log("up"); setInterval(() => {}, 1e6)`], { env });
    children.push(child);
    await once(child.stdout, "data");
    assert.ok(child.pid);
    return child.pid;
  }

  it("have an identity that stays", async () => {
    const pid = await start("");
    const id = identify(pid);
    assert.ok(id);
    assert.deepEqual(identify(pid), id);
    assert.ok(isAlive(id));
  });

  it("are not alive when another process has their number", async () => {
    assert.ok(!isAlive({ pid: await start(""), identity: "that of an earlier process" }));
  });

  it("are not alive before they exist", () => {
    assert.equal(identify(2 ** 22 + 1), undefined);
    assert.ok(!isAlive(undefined));
  });

  it("end when told to", async () => {
    const id = identify(await start(""));
    assert.ok(id);
    await endProcesses([id]);
    assert.ok(!isAlive(id));
  });

  it("end when they turn a deaf ear", async () => {
    const id = identify(await start('process.on("SIGTERM", () => {})'));
    assert.ok(id);
    await endProcesses([id], "SIGTERM", 50);
    assert.ok(!isAlive(id));
  });

  it("are never ended in another one's place", async () => {
    const pid = await start("");
    await endProcesses([{ pid, identity: "that of an earlier process" }]);
    assert.ok(isAlive(identify(pid)));
  });

  if (process.platform === "linux") {
    it("are found by the mark of their sandbox, and of no other", async () => {
      const pid = await start("", { ...process.env, [markName]: markOf("/some/sandbox", "etcd") });
      assert.deepEqual(
        findMarked("/some/sandbox").map(({ part, process: id }) => [part, id.pid]),
        [["etcd", pid]],
      );
      assert.deepEqual(findMarked("/some/sandbox2"), []);
      assert.deepEqual(findMarked("/sandbox"), []);
    });
  }
});
