import assert from "node:assert/strict";
import { PrometheusClient, type RangeResult } from "../../../adapters/prometheus";
import { send, startStub } from "./stub";

const RANGE = { start: 1_700_000_000_123, end: 1_700_000_060_123, stepMs: 2500 };

async function ask(body: unknown, status = 200): Promise<{ result: RangeResult; url: URL | undefined; tries: number }> {
  const stub = await startStub((response) => send(response, body, status));
  try {
    const client = new PrometheusClient({ baseURL: `${stub.url}/prom`, delay: () => Promise.resolve() });
    const result = await client.queryRange("sum(x) by (y)", RANGE);
    return { result, url: stub.requests[0]?.url, tries: stub.requests.length };
  } finally {
    await stub.close();
  }
}

function matrix(...series: readonly (readonly [Record<string, string>, readonly (readonly [number, string])[]])[]) {
  const result = series.map(([metric, values]) => ({ metric, values }));
  return { status: "success", data: { resultType: "matrix", result } };
}

describe("range queries", () => {
  it("give series with their points", async () => {
    const values = [
      [1700000000.123, "1.5"],
      [1700000002.623, "NaN"],
    ] as const;
    const { result, url } = await ask(matrix([{ y: "a" }, values], [{ y: "b" }, []]));
    assert.equal(result.kind, "matrix");
    assert.deepEqual(result.series, [
      {
        labels: { y: "a" },
        points: [
          { time: 1_700_000_000_123, value: 1.5 },
          { time: 1_700_000_002_623, value: NaN },
        ],
      },
      { labels: { y: "b" }, points: [] },
    ]);
    assert.equal(url?.pathname, "/prom/api/v1/query_range");
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      query: "sum(x) by (y)",
      start: "1700000000.123",
      end: "1700000060.123",
      step: "2.5",
    });
  });

  const malformed: readonly (readonly [string, unknown, RegExp])[] = [
    ["a web page", "<html>Log in", /answered something else than Prometheus would/],
    [
      "a vector",
      { status: "success", data: { resultType: "vector", result: [] } },
      /a vector where a matrix is needed/,
    ],
    ["no data", { status: "success" }, /without usable data/],
    ["a value that is no number", matrix([{}, [[1, "four"]]]), /the value four/],
    ["two series of the same labels", matrix([{ a: "1" }, []], [{ a: "1" }, []]), /two series of the same labels/],
    [
      "points out of order",
      matrix([
        {},
        [
          [2, "1"],
          [1, "1"],
        ],
      ]),
      /not in order/,
    ],
    [
      "a native histogram",
      { status: "success", data: { resultType: "matrix", result: [{ metric: {}, histograms: [] }] } },
      /without usable data/,
    ],
  ];
  for (const [name, body, detail] of malformed) {
    it(`${name}: malformed`, async () => {
      const { result } = await ask(body);
      assert.equal(result.kind === "fault" && result.fault, "malformed");
      assert.match(result.kind === "fault" ? result.detail : "", detail);
    });
  }
  it("too many points: refused, with Prometheus' message", async () => {
    const { result, tries } = await ask(
      { status: "error", error: "exceeded maximum resolution of 11,000 points" },
      400,
    );
    assert.equal(result.kind === "fault" && result.fault, "refused");
    assert.match(result.kind === "fault" ? result.detail : "", /11,000 points/);
    assert.equal(tries, 1);
  });
  it("an error that may pass: tried again", async () => {
    const { result, tries } = await ask("", 503);
    assert.deepEqual([result.kind === "fault" && result.fault, tries], ["serverError", 4]);
  });
  it("given up: rejected with the reason", async () => {
    const reason = new Error("the release is over");
    const client = new PrometheusClient({ baseURL: "http://127.0.0.1:9" });
    await assert.rejects(client.queryRange("up", { ...RANGE, signal: AbortSignal.abort(reason) }), reason);
  });
});
