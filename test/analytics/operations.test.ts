import assert from "node:assert/strict";
import type { QueryResult } from "../../adapters/prometheus";
import { createLog } from "../../adapters/log";
import { NO_ROWS, NOW, PATH, requestBody, serverWith, sourceOf } from "./harness";

const DOWN: QueryResult = { kind: "fault", fault: "unreachable", detail: "Prometheus does not answer" };

describe("running the analytics service", () => {
  describe("readiness", () => {
    it("is Prometheus', kept for 5 s", async () => {
      let [now, result] = [NOW, NO_ROWS];
      const probeSource = sourceOf(() => result);
      const { app } = await serverWith({ probeSource, now: () => now });
      const status = async () => (await app.inject("/readyz")).statusCode;
      assert.equal(await status(), 200);
      result = DOWN;
      now += 4999;
      assert.deepEqual([await status(), probeSource.queries.length], [200, 1]);
      now += 1;
      const answer = await app.inject("/readyz");
      assert.deepEqual(answer.json(), { status: "Unavailable", message: "Prometheus does not answer" });
      assert.deepEqual([answer.statusCode, probeSource.queries], [503, ["vector(1)", "vector(1)"]]);
      result = NO_ROWS;
      now += 5000;
      assert.equal(await status(), 200);
    });

    it("is asked for once, however many probes come", async () => {
      const probeSource = sourceOf(() => new Promise((resolve) => setImmediate(() => resolve(NO_ROWS))));
      const { app } = await serverWith({ probeSource });
      await Promise.all(Array.from({ length: 10 }, () => app.inject("/readyz")));
      assert.equal(probeSource.queries.length, 1);
    });

    it("has nothing to do with being alive", async () => {
      const { app } = await serverWith({ probeSource: sourceOf(() => DOWN) });
      assert.equal((await app.inject("/healthz")).statusCode, 200);
    });
  });

  it("counts requests by route and status, and measures queries", async () => {
    let result = NO_ROWS;
    const { app } = await serverWith({ source: sourceOf(() => result) });
    const post = (payload: string | object) => app.inject({ method: "POST", url: `${PATH}/`, payload });
    await post(requestBody());
    await post("{");
    await app.inject("/some/thing");
    result = DOWN;
    await post(requestBody());
    const { body, headers } = await app.inject("/metrics");
    assert.match(headers["content-type"] as string, /^text\/plain; version=0\.0\.4/);
    for (const line of [
      `serin_analytics_requests_total{route="${PATH}",status="200"} 1`,
      `serin_analytics_requests_total{route="${PATH}",status="400"} 1`,
      `serin_analytics_requests_total{route="${PATH}",status="503"} 1`,
      'serin_analytics_requests_total{route="none",status="404"} 1',
      `serin_analytics_request_duration_seconds_count{route="${PATH}"} 3`,
      'serin_analytics_query_duration_seconds_count{outcome="answered"} 4',
      'serin_analytics_query_duration_seconds_count{outcome="fault"} 1',
    ]) {
      assert.ok(body.split("\n").includes(line), line);
    }
  });

  describe("the log", () => {
    it("has a line for each request, with the experiment's name and nothing of headers or bodies", async () => {
      const { app, lines } = await serverWith();
      const headers = { authorization: "Bearer s3cret" };
      const payload = requestBody({ name: "reviews\n{}" });
      await app.inject({ method: "POST", url: `${PATH}?key=s3cret`, headers, payload });
      assert.equal(lines.length, 1);
      const { time, ms, ...rest } = JSON.parse(lines[0] ?? "");
      assert.ok(!Number.isNaN(Date.parse(time)) && ms >= 0);
      assert.deepEqual(rest, {
        level: "info",
        method: "POST",
        path: PATH,
        status: 200,
        experiment: "reviews\n{}",
        msg: "request",
      });
    });

    it("says why a request was refused, and passes over probes that went well", async () => {
      const { app, lines } = await serverWith({ logLevel: "info", probeSource: sourceOf(() => DOWN) });
      await app.inject("/healthz");
      await app.inject({ method: "POST", url: PATH, payload: "{" });
      await app.inject("/readyz");
      const seen = lines.map((line) => JSON.parse(line)).map(({ level, fault }) => [level, fault]);
      assert.deepEqual(seen, [
        ["info", "The body is not JSON"],
        ["warn", "Prometheus does not answer"],
      ]);
    });

    it("can be text: one line an event, whatever is in it", () => {
      const lines: string[] = [];
      createLog("info", "text", (line) => void lines.push(line)).warn({ experiment: "a\nb" }, "request");
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", /^\d{4}-\S+Z WARN {2}request experiment="a\\nb"\n$/);
    });
  });
});
