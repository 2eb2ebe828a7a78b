import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import axios, { type AxiosRequestConfig, type AxiosResponse } from "axios";

import { startApp, type App } from "../../../sandbox/app/app";
import { loopbackAddress, podInfo, podVolume, swap } from "./fixtures";

// Only Linux has the whole of 127.0.0.0/8 as addresses, and only there do pods run.
if (process.platform === "linux") {
  describe("the sample application", () => {
    let folder: string;
    let address: string;
    let app: App;
    let agent: Agent;
    let warnings: string[];

    async function start(annotations: Readonly<Record<string, string>>): Promise<void> {
      folder = podVolume(podInfo(annotations));
      address = loopbackAddress();
      warnings = [];
      agent = new Agent({ keepAlive: true });
      const warn = (message: string) => warnings.push(message);
      const now = () => performance.now();
      app = await startApp({ address, ports: [9080, 8080], podInfo: folder, now, random: () => 0.5, warn });
    }

    afterEach(async () => {
      agent.destroy();
      await app.stop(0);
      rmSync(folder, { recursive: true });
    });

    function ask(path: string, config: AxiosRequestConfig = {}, port = 9080): Promise<AxiosResponse<unknown>> {
      const url = `http://${address}:${port}${path}`;
      return axios.request({ url, httpAgent: agent, proxy: false, validateStatus: () => true, ...config });
    }

    /** The values of a metric by the labels in `by`, or the lines' whole labels. */
    async function metric(name: string, ...by: string[]): Promise<Record<string, number>> {
      const { data } = await ask("/stats/prometheus", {}, 15_020);
      const lines = [...String(data).matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, "gm"))];
      const key = (labels: string) =>
        by.map((label) => new RegExp(`\\b${label}="([^"]*)"`).exec(labels)?.[1]).join(" ") || labels;
      return Object.fromEntries(lines.map(([, labels = "", value]) => [key(labels), Number(value)]));
    }

    it("answers any request at any of its ports, and says which pod did", async () => {
      await start({ "latency-p50-ms": "1" });
      const headers = { host: "reviews.shop.svc.cluster.local" };
      const requests: readonly [AxiosRequestConfig, number][] = [
        [{ headers }, 9080],
        [{ headers, method: "POST", data: { some: "thing".repeat(100_000) } }, 9080],
        [{ headers, method: "DELETE" }, 8080],
      ];
      for (const [config, port] of requests) {
        const response = await ask("/any/path?q=1", config, port);
        assert.equal(response.status, 200);
        assert.deepEqual(response.data, { pod: "reviews-v1-5f9d499c9d-x7k2p", version: "v1", service: "reviews" });
        assert.equal(response.headers["x-pod"], "reviews-v1-5f9d499c9d-x7k2p");
        assert.equal(response.headers["x-workload"], "reviews-v1");
        assert.equal(response.headers["x-version"], "v1");
        assert.equal(response.headers["connection"], "keep-alive");
        assert.equal(response.headers["keep-alive"], undefined);
      }
      assert.deepEqual(warnings, []);
    });

    it("counts what it answered as its sidecar would, by Service", async () => {
      await start({ "latency-p50-ms": "1", "error-rate": "1" });
      for (const host of ["reviews.shop.svc.cluster.local", "reviews:9080", "stars.shop"]) {
        assert.equal((await ask("/", { headers: { host } })).status, 500);
      }
      const by = ["reporter", "destination_workload", "destination_version", "destination_service", "response_code"];
      const expected = {
        "destination reviews-v1 v1 reviews.shop.svc.cluster.local 500": 2,
        "destination reviews-v1 v1 stars.shop.svc.cluster.local 500": 1,
      };
      assert.deepEqual(await metric("istio_requests_total", ...by), expected);
      assert.deepEqual(await metric("istio_request_duration_milliseconds_count", ...by), expected);
    });

    it("takes as long as its annotations say, and counts that", async () => {
      await start({ "latency-p50-ms": "300", "latency-p99-ms": "300" });
      const began = performance.now();
      await ask("/");
      const tookMs = performance.now() - began;
      assert.ok(tookMs >= 298, `took ${tookMs} ms`);
      const countedMs = (await metric("istio_request_duration_milliseconds_sum", "reporter"))["destination"] ?? 0;
      assert.ok(countedMs >= 298 && countedMs <= tookMs, `counted ${countedMs} ms of ${tookMs}`);
      const buckets = await metric("istio_request_duration_milliseconds_bucket", "le");
      assert.deepEqual([buckets["250"], buckets["+Inf"]], [0, 1]);
    });

    it("tells its memory", async () => {
      await start({});
      const memory = await metric(
        "process_resident_memory_bytes",
        "destination_workload",
        "destination_workload_namespace",
        "destination_version",
      );
      assert.ok((memory["reviews-v1 shop v1"] ?? 0) > 10 * 2 ** 20, JSON.stringify(memory));
    });

    it("is healthy at once, which is not counted", async () => {
      await start({ "latency-p50-ms": "3600000", "error-rate": "1" });
      assert.equal((await ask("/healthz")).status, 200);
      assert.deepEqual(await metric("istio_requests_total"), {});
    });

    it("counts a client that did not wait as Envoy does", async () => {
      await start({ "latency-p50-ms": "3600000" });
      await assert.rejects(ask("/", { timeout: 50 }));
      for (let counted = {}; Object.keys(counted).length === 0; await sleep(5)) {
        counted = await metric("istio_requests_total", "response_code", "response_flags");
        if (Object.keys(counted).length > 0) assert.deepEqual(counted, { "0 DC": 1 });
      }
    });

    it("behaves by its annotations as they are now", async () => {
      await start({ "latency-p50-ms": "1", "error-rate": "0" });
      assert.equal((await ask("/")).status, 200);
      swap(folder, podInfo({ "latency-p50-ms": "1", "error-rate": "1" }));
      for (let status = 0; status !== 500; await sleep(5)) ({ status } = await ask("/"));
      swap(folder, podInfo({ "latency-p50-ms": "1", "error-rate": "none" }));
      for (let status = 0; status !== 200; await sleep(5)) ({ status } = await ask("/"));
      assert.match(warnings.join(), /error-rate is "none", must be a number/);
    });

    it("stays as it was when its files go", async () => {
      await start({ "latency-p50-ms": "1", "error-rate": "1" });
      rmSync(folder, { recursive: true });
      while (!warnings.some((warning) => warning.startsWith("the pod stays as it was: ENOENT"))) await sleep(5);
      assert.equal((await ask("/")).status, 500);
      folder = podVolume(podInfo());
    });

    it("has metrics at one path only", async () => {
      await start({});
      assert.equal((await ask("/metrics", {}, 15_020)).status, 404);
    });
  });
}
