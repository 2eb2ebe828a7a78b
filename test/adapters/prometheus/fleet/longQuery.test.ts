import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { PrometheusClient } from "../../../../adapters/prometheus";
import { send, startStub, vector } from "../stub";

const RANGE = { start: 1_700_000_000_500, end: 1_700_000_060_500, stepMs: 2500 };

/** How a query was sent: the method, the path, and the parameters of URL and form. */
async function sent(promql: string, isRange: boolean) {
  const seen: unknown[] = [];
  const matrix = { status: "success", data: { resultType: "matrix", result: [] } };
  const stub = await startStub((response, _, url) => {
    const { method, headers } = response.req;
    void text(response.req).then((body) => {
      const form = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ? body : "";
      seen.push(
        method,
        url.pathname,
        Object.fromEntries(url.searchParams),
        Object.fromEntries(new URLSearchParams(form)),
      );
      send(response, isRange ? matrix : vector());
    });
  });
  try {
    const client = new PrometheusClient({ baseURL: `${stub.url}/prom` });
    const result = isRange ? await client.queryRange(promql, RANGE) : await client.query(promql, { time: RANGE.end });
    assert.notEqual(result.kind, "fault");
    return seen;
  } finally {
    await stub.close();
  }
}

describe("a query", () => {
  const long = `up{a='${"é&=+ %".repeat(700)}'}`;
  const short = "up{a='é&=+ %'}";
  it("of up to 4 kB is in the URL", async () => {
    const params = { query: short, time: "1700000060.5" };
    assert.deepEqual(await sent(short, false), ["GET", "/prom/api/v1/query", params, {}]);
  });
  it("of more is sent as a form", async () => {
    const params = { query: long, time: "1700000060.5" };
    assert.deepEqual(await sent(long, false), ["POST", "/prom/api/v1/query", {}, params]);
  });
  it("of a range, too", async () => {
    const params = { query: long, start: "1700000000.5", end: "1700000060.5", step: "2.5" };
    assert.deepEqual(await sent(long, true), ["POST", "/prom/api/v1/query_range", {}, params]);
  });
});
