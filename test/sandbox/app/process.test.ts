import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { Agent } from "node:http";
import { connect, createServer, type Server } from "node:net";

import axios, { type AxiosResponse } from "axios";

import { loopbackAddress, podInfo, podVolume } from "./fixtures";

// Only Linux has the whole of 127.0.0.0/8 as addresses, and only there do pods run.
if (process.platform === "linux") {
  describe("the process of the sample application", () => {
    const agent = new Agent({ keepAlive: true });
    let address: string;
    let folder: string;
    let child: ChildProcess;
    let output: string;

    beforeEach(() => {
      address = loopbackAddress();
      folder = podVolume(podInfo({ "latency-p50-ms": "600", "latency-p99-ms": "600" }));
    });
    afterEach(() => {
      child.kill("SIGKILL");
      agent.destroy();
      rmSync(folder, { recursive: true });
    });

    function run(...options: string[]): void {
      const words = ["-r", "ts-node/register/transpile-only", "sandbox/app/main.ts", "--pod-info", folder];
      child = spawn(process.execPath, [...words, "--address", address, "--ports", "", ...options]);
      output = "";
      child.stderr?.on("data", (data) => (output += String(data)));
    }

    async function said(text: string): Promise<void> {
      while (!output.includes(text)) {
        assert.equal(child.exitCode, null, `ended without "${text}": ${output}`);
        if (child.stderr) await once(child.stderr, "data");
      }
    }

    function ask(path: string): Promise<AxiosResponse<unknown>> {
      return axios.get(`http://${address}:9080${path}`, { httpAgent: agent, proxy: false });
    }

    it("answers every request that came before its end, and asks clients to leave", async () => {
      run("--drain", "300ms");
      await said("serving on");
      await ask("/healthz");
      // One that never sends anything must hold nothing up.
      const silent = connect(9080, address).on("error", () => undefined);
      await once(silent, "connect");
      const before = Array.from({ length: 20 }, () => ask("/"));
      // Answered at once, so that those above were received.
      await ask("/healthz");
      child.kill("SIGTERM");
      await said("ending");
      const signalledAt = performance.now();
      child.kill("SIGTERM");
      const during = Array.from({ length: 20 }, () => ask("/"));
      for (const { status, headers } of await Promise.all([...before, ...during])) {
        assert.equal(status, 200);
        assert.equal(headers["connection"], "close");
      }
      const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
      assert.deepEqual([code, signal], [0, null], output);
      assert.ok(performance.now() - signalledAt < 4_000, "waited for a connection without a request");
      await assert.rejects(ask("/healthz"), /ECONNREFUSED/);
    });

    it("ends at once when a port is taken", async () => {
      const other: Server = createServer().listen(9080, address);
      await once(other, "listening");
      run();
      assert.deepEqual(await once(child, "exit"), [1, null]);
      assert.match(output, new RegExp(`cannot run: cannot listen on ${address}:9080: the port is taken\n`));
      other.close();
    });

    it("ends at once without the pod's files", async () => {
      rmSync(`${folder}/name`);
      run();
      assert.deepEqual(await once(child, "exit"), [1, null]);
      assert.match(output, /cannot run: ENOENT.*name'\n/);
    });
  });
}
