import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { PrometheusClient, type PrometheusOptions, type QueryResult } from "../../../adapters/prometheus";
import { send, startStub, vector, type Stub } from "./stub";

const ROW = vector([{ workload: "v1" }, "4.5"]);

describe("Prometheus client", () => {
  let stub: Stub | undefined;
  let waits: number[] = [];

  afterEach(async () => {
    await stub?.close();
    stub = undefined;
    waits = [];
  });

  function client(baseURL: string, options: Partial<PrometheusOptions> = {}): PrometheusClient {
    const delay = (ms: number) => Promise.resolve(waits.push(ms));
    return new PrometheusClient({ baseURL, timeoutMs: 2000, delay, random: () => 0.5, ...options });
  }

  async function ask(
    answer: (response: ServerResponse, count: number) => void,
    options: Partial<PrometheusOptions> = {},
  ): Promise<QueryResult> {
    stub = await startStub(answer);
    return client(stub.url, options).query("up");
  }

  async function fault(answer: (response: ServerResponse, count: number) => void, options = {}) {
    const result = await ask(answer, options);
    assert.equal(result.kind, "fault");
    return { fault: result.fault, detail: result.detail.replace(stub?.url ?? "", "URL"), tries: stub?.requests.length };
  }

  describe("answers", () => {
    it("gives rows", async () => {
      assert.deepEqual(await ask((r) => send(r, ROW)), {
        kind: "vector",
        rows: [{ labels: { workload: "v1" }, value: 4.5, timestamp: 1700000000500 }],
      });
    });
    it("gives no rows for an empty vector", async () => {
      assert.deepEqual(await ask((r) => send(r, vector())), { kind: "vector", rows: [] });
    });
    it("gives a scalar as a row without labels", async () => {
      const result = await ask((r) => send(r, { status: "success", data: { resultType: "scalar", result: [1, "2"] } }));
      assert.deepEqual(result, { kind: "vector", rows: [{ labels: {}, value: 2, timestamp: 1000 }] });
    });
    for (const [text, value] of [
      ["NaN", NaN],
      ["+Inf", Infinity],
      ["-Inf", -Infinity],
      ["1.5e+06", 1_500_000],
      ["-0.25", -0.25],
    ] as const) {
      it(`reads ${text}`, async () => {
        const result = await ask((r) => send(r, vector([{}, text])));
        assert.deepEqual(result.kind === "vector" && result.rows.map((row) => row.value), [value]);
      });
    }
    it("asks for the query at the moment given, below a path prefix", async () => {
      stub = await startStub((r) => send(r, ROW));
      await client(`${stub.url}/prom/`).query("sum(x) by (y)", { time: 1_700_000_000_123 });
      const [request] = stub.requests;
      assert.equal(request?.url.pathname, "/prom/api/v1/query");
      assert.equal(request.url.searchParams.get("query"), "sum(x) by (y)");
      assert.equal(request.url.searchParams.get("time"), "1700000000.123");
    });
  });

  describe("faults that do not pass", () => {
    it("400 with Prometheus' message: refused", async () => {
      const body = { status: "error", errorType: "bad_data", error: 'parse error: unexpected "}"' };
      assert.deepEqual(await fault((r) => send(r, body, 400)), {
        fault: "refused",
        detail: 'Prometheus at URL refused the query (400: parse error: unexpected "}")',
        tries: 1,
      });
    });
    it("401 without a message: refused", async () => {
      const { detail, ...rest } = await fault((r) => send(r, "<html>", 401));
      assert.deepEqual(rest, { fault: "refused", tries: 1 });
      assert.equal(detail, "Prometheus at URL refused the query (401: Unauthorized)");
    });
    it("200 with an error inside: refused", async () => {
      assert.equal((await fault((r) => send(r, { status: "error", error: "no" }))).fault, "refused");
    });

    const malformed: readonly (readonly [string, unknown, RegExp])[] = [
      ["a web page", "<html>\n <title>Log in</title>", /answered something else.*: <html> <title>Log in/],
      ["nothing", "", /\(nothing\)/],
      ["a success without data", { status: "success" }, /without usable data/],
      ["a matrix", { status: "success", data: { resultType: "matrix", result: [] } }, /a matrix where a vector is/],
      ["a vector without result", { status: "success", data: { resultType: "vector" } }, /without usable data/],
      ["a value that is no number", vector([{}, "four"]), /the value four/],
      ["a value that is empty", vector([{}, ""]), /the value \(nothing\)/],
      ["a hexadecimal of infinite size", vector([{}, "1e999"]), /the value 1e999/],
      [
        "two rows of the same labels",
        vector([{ a: "1", b: "2" }, "1"], [{ b: "2", a: "1" }, "2"]),
        /two rows of the same/,
      ],
      [
        "a native histogram",
        { status: "success", data: { resultType: "vector", result: [{ metric: {}, histogram: [1, {}] }] } },
        /without usable data/,
      ],
    ];
    for (const [name, body, detail] of malformed) {
      it(`${name}: malformed`, async () => {
        const result = await fault((r) => send(r, body));
        assert.deepEqual([result.fault, result.tries], ["malformed", 1]);
        assert.match(result.detail, detail);
      });
    }
    it("more than can be read: malformed", async () => {
      const result = await fault((r) => send(r, "x".repeat(17 * 1024 * 1024)));
      assert.deepEqual([result.fault, result.tries], ["malformed", 1]);
    });
    it("keeps what it quotes short", async () => {
      const { detail } = await fault((r) => send(r, { status: "error", error: "x".repeat(5000) }, 422));
      assert.ok(detail.length < 300, detail);
    });
  });

  describe("faults that may pass", () => {
    it("500, then an answer: retried", async () => {
      const result = await ask((r, count) => (count === 1 ? send(r, "oh", 500) : send(r, ROW)));
      assert.deepEqual([result.kind, stub?.requests.length, waits], ["vector", 2, [125]]);
    });
    it("429, then an answer: retried after the wait asked for, within reason", async () => {
      const result = await ask((r, count) => {
        if (count > 2) return send(r, ROW);
        r.setHeader("retry-after", count === 1 ? "1" : "3600");
        send(r, "slow down", 429);
      });
      assert.deepEqual([result.kind, waits], ["vector", [1000, 4000]]);
    });
    it("a connection cut off, then an answer: retried", async () => {
      const result = await ask((r, count) => (count === 1 ? r.socket?.destroy() : send(r, ROW)));
      assert.deepEqual([result.kind, waits.length], ["vector", 1]);
    });
    it("503 for good: serverError, with waits that double", async () => {
      const body = { status: "error", errorType: "timeout", error: "query timed out in expression evaluation" };
      assert.deepEqual(await fault((r) => send(r, body, 503)), {
        fault: "serverError",
        detail: "Prometheus at URL answered with an error (503: query timed out in expression evaluation)",
        tries: 4,
      });
      assert.deepEqual(waits, [125, 250, 500]);
    });
    it("silence: timeout", async () => {
      assert.deepEqual(await fault(() => undefined, { timeoutMs: 20, retries: 1 }), {
        fault: "timeout",
        detail: "Prometheus at URL does not answer in time",
        tries: 2,
      });
    });
    const cut = { fault: "unreachable", detail: "Prometheus at URL broke off its answer" };
    it("half an answer, then silence: unreachable", async () => {
      const result = await fault((r) => void r.write("{"), { timeoutMs: 20, retries: 1 });
      assert.deepEqual(result, { ...cut, tries: 2 });
    });
    it("half an answer, then the connection closed: unreachable", async () => {
      const result = await fault(
        (r) => {
          r.writeHead(200, { "content-length": "100" });
          r.write('{"status":', () => r.socket?.destroy());
        },
        { retries: 1 },
      );
      assert.deepEqual(result, { ...cut, tries: 2 });
    });
    it("an answer that trickles without end: timeout", async () => {
      const trickle = (r: ServerResponse) => {
        const timer = setInterval(() => r.write(" "), 5);
        r.on("close", () => clearInterval(timer));
      };
      assert.deepEqual(await fault(trickle, { deadlineMs: 60 }), {
        fault: "timeout",
        detail: "Prometheus at URL does not finish its answer in time",
        tries: 1,
      });
    });
    it("nobody there: unreachable", async () => {
      const gone = await startStub(() => undefined);
      await gone.close();
      const result = await client(gone.url).query("up");
      assert.deepEqual(result, {
        kind: "fault",
        fault: "unreachable",
        detail: `Prometheus at ${gone.url} does not answer (connection refused)`,
      });
      assert.deepEqual(waits, [125, 250, 500]);
    });
    it("waits anywhere between none and the whole backoff", async () => {
      await fault((r) => send(r, "", 500), { random: () => 0 });
      assert.deepEqual(waits, [0, 0, 0]);
    });
  });

  describe("giving up", () => {
    const reason = new Error("the release is over");
    it("before the query", async () => {
      stub = await startStub((r) => send(r, ROW));
      await assert.rejects(client(stub.url).query("up", { signal: AbortSignal.abort(reason) }), reason);
      assert.equal(stub.requests.length, 0);
    });
    it("while it waits for the answer", async () => {
      const controller = new AbortController();
      stub = await startStub(() => controller.abort(reason));
      await assert.rejects(client(stub.url).query("up", { signal: controller.signal }), reason);
      assert.equal(stub.requests.length, 1);
    });
    it("while it waits for the next try", async () => {
      const controller = new AbortController();
      stub = await startStub((r) => send(r, "", 500));
      const delay = () => Promise.resolve(controller.abort(reason));
      await assert.rejects(client(stub.url, { delay }).query("up", { signal: controller.signal }), reason);
      assert.equal(stub.requests.length, 1);
    });
  });

  describe("secrets", () => {
    const secret = "s3cr3t";
    it("sends a bearer token, and shows it nowhere", async () => {
      const { detail } = await fault((r) => send(r, "", 403), { auth: { kind: "bearer", token: secret } });
      assert.equal(stub?.requests[0]?.headers.authorization, `Bearer ${secret}`);
      assert.ok(!detail.includes(secret));
    });
    it("sends user and password", async () => {
      await ask((r) => send(r, ROW), { auth: { kind: "basic", username: "internal", password: secret } });
      const expected = Buffer.from(`internal:${secret}`).toString("base64");
      assert.equal(stub?.requests[0]?.headers.authorization, `Basic ${expected}`);
    });
    it("sends user and password of the URL, and shows them nowhere", async () => {
      stub = await startStub((r) => send(r, "", 403));
      const asked = client(stub.url.replace("//", `//in%40ternal:${secret}@`));
      const result = await asked.query("up");
      const expected = Buffer.from(`in@ternal:${secret}`).toString("base64");
      assert.equal(stub.requests[0]?.headers.authorization, `Basic ${expected}`);
      assert.ok(!JSON.stringify([result, asked.displayName]).includes(secret));
    });
    it("sends other headers", async () => {
      await ask((r) => send(r, ROW), { headers: { "X-Scope-OrgID": "team-a" } });
      assert.equal(stub?.requests[0]?.headers["x-scope-orgid"], "team-a");
    });
    it("refuses what is not an http URL, without its password", () => {
      for (const url of ["prometheus:9090", "", "ftp://u:s3cr3t@host/", "//u:s3cr3t@host"]) {
        assert.throws(
          () => client(url),
          (error: Error) =>
            error instanceof TypeError && !error.message.includes(secret) && /http:\/\//.test(error.message),
        );
      }
    });
  });
});
