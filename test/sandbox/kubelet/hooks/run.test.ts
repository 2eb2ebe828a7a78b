import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { runHook } from "../../../../sandbox/kubelet/hooks/run";
import { container } from "../pods/builders";
import { FakeClock, settled } from "../pods/fakeClock";
import { FakeContainer } from "../pods/fakeRuntime";

describe("lifecycle hook", () => {
  const clock = new FakeClock();
  const target = (answer: number, ports: { name: string; containerPort: number }[] = []) => {
    const handle = new FakeContainer("1", {} as FakeContainer["config"], clock);
    handle.answer = () => ({ exitCode: answer, output: "words\n" });
    return { container: container("main", { ports }), handle, podIP: "127.0.0.1", clock };
  };

  it("runs a command in the container", async () => {
    const at = target(0);
    await runHook({ exec: { command: ["wave", "twice"] } }, at, 1000);
    assert.deepEqual(at.handle.executed, ["wave twice"]);
  });

  it("fails with what the command said", async () => {
    await assert.rejects(runHook({ exec: { command: ["wave"] } }, target(3), 1000), /exit code 3: words/);
  });

  it("sleeps", async () => {
    let isDone = false;
    void runHook({ sleep: { seconds: 5 } }, target(0), 60_000).then(() => (isDone = true));
    await clock.advance(4999);
    assert.equal(isDone, false);
    await clock.advance(1);
    await settled();
    assert.equal(isDone, true);
  });

  it("asks at a named port of the pod's address, and fails on a bad answer", async () => {
    const asked: string[] = [];
    const server = createServer(({ url = "", headers }, response) => {
      asked.push(`${url} ${headers["user-agent"]}`);
      response.writeHead(url === "/bye" ? 200 : 500).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const at = target(0, [{ name: "web", containerPort: (server.address() as AddressInfo).port }]);
    await runHook({ httpGet: { path: "/bye", port: "web" } }, at, 5000);
    await assert.rejects(runHook({ httpGet: { path: "/", port: "web" } }, at, 5000), /statuscode: 500/);
    await assert.rejects(runHook({ httpGet: { path: "/", port: "other" } }, at, 5000), /no port named other/);
    assert.equal(asked[0], "/bye kube-lifecycle/1.36");
    server.close();
  });
});
