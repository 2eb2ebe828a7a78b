import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { PrometheusClient } from "../../adapters/prometheus";
import { send, startStub, type Stub } from "../adapters/prometheus/stub";
import { PATH, requestBody, serverWith, sourceOf } from "./harness";

describe("what Prometheus' faults come to", () => {
  let stub: Stub | undefined;
  afterEach(async () => {
    await stub?.close();
    stub = undefined;
  });

  async function postWith(baseURL: string, criterion: object = {}) {
    const source = new PrometheusClient({ baseURL, retries: 1, delay: async () => undefined });
    const { app, lines } = await serverWith({ source });
    const answer = await app.inject({ method: "POST", url: PATH, payload: requestBody({}, criterion) });
    return { status: answer.statusCode, body: answer.json(), log: lines.join("") };
  }

  async function postAnswered(answer: (response: ServerResponse) => void, criterion?: object) {
    stub = await startStub(answer);
    return postWith(stub.url, criterion);
  }

  const queryFailed = { message: "Query did not succeed. Check your query template." };

  for (const [name, status] of [
    ["an error with status 200", 200],
    ["a query that cannot be parsed", 400],
    ["a query that cannot be carried out", 422],
  ] as const) {
    it(`${name}: Iter8's 400, and the reason in the log`, async () => {
      const body = { status: "error", errorType: "bad_data", error: "parse error: unexpected right brace" };
      const found = await postAnswered((response) => send(response, body, status));
      assert.deepEqual([found.status, found.body], [400, queryFailed]);
      assert.match(found.log, /parse error: unexpected right brace/);
    });
  }

  it("a success without data: no value, whatever the absent value", async () => {
    const { status, body } = await postAnswered((r) => send(r, { status: "success" }), { absent_value: "0.1" });
    assert.equal(status, 200);
    const { sample_size, value } = body.candidate.metrics[0].statistics;
    assert.deepEqual([sample_size, value], [0, null]);
    assert.equal(body.assessment.summary.all_success_criteria_met, false);
  });

  it("a success without rows: the absent value", async () => {
    const data = { resultType: "vector", result: [] };
    const { body } = await postAnswered((r) => send(r, { status: "success", data }), { absent_value: "0.1" });
    assert.equal(body.candidate.metrics[0].statistics.value, 0.1);
  });

  it("a range of values: 400", async () => {
    const data = { resultType: "matrix", result: [] };
    const { status, body } = await postAnswered((r) => send(r, { status: "success", data }));
    assert.equal(status, 400);
    assert.match(body.message, /answered with a matrix where a vector is needed$/);
  });

  it("a web page: 400", async () => {
    const { status, body } = await postAnswered((r) => send(r, "<html>Log in"));
    assert.equal(status, 400);
    assert.match(body.message, /answered something else than Prometheus would: <html>Log in$/);
  });

  it("an internal error: 503", async () => {
    const { status, body } = await postAnswered((r) => send(r, "oh", 502));
    assert.equal(status, 503);
    assert.match(body.message, /answered with an error \(502: Bad Gateway\)$/);
  });

  it("nobody there: 503", async () => {
    const gone = await startStub(() => undefined);
    await gone.close();
    const { status, body } = await postWith(gone.url);
    assert.equal(status, 503);
    assert.match(body.message, /does not answer \(connection refused\)$/);
  });

  it("a fault of our own: 500 without details, and the details in the log", async () => {
    const source = sourceOf(() => {
      throw new Error("a bug");
    });
    const { app, lines } = await serverWith({ source });
    const answer = await app.inject({ method: "POST", url: PATH, payload: requestBody() });
    assert.deepEqual([answer.statusCode, answer.json()], [500, { message: "Internal error" }]);
    assert.match(lines.join(""), /a bug/);
  });
});
