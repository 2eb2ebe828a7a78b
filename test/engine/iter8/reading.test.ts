import assert from "node:assert/strict";
import { AnalysisError, queryWindow, readMetric, type VectorRow } from "../../../engine/iter8";

const TAGS = { destination_workload: "reviews-v3", destination_service_namespace: "default" };

function row(value: number, labels: VectorRow["labels"] = TAGS): VectorRow {
  return { labels, value };
}

const value = (rows: readonly VectorRow[] | undefined, absent?: string) => {
  return readMetric({ value: rows, sampleSize: rows }, TAGS, absent).value;
};
const sampleSize = (rows: readonly VectorRow[] | undefined) => {
  return readMetric({ value: [], sampleSize: rows }, TAGS, "None").sampleSize;
};

describe("how Iter8 v0.1 reads an instant vector", () => {
  it("takes the row whose labels are the tags, in any order, and no others", () => {
    const swapped = { destination_service_namespace: "default", destination_workload: "reviews-v3" };
    const more = { ...TAGS, pod: "p" };
    const less = { destination_workload: "reviews-v3" };
    assert.equal(
      value([row(1, more), row(2, less), row(3, { ...TAGS, destination_workload: "v4" }), row(4, swapped)]),
      4,
    );
  });

  it("passes over NaN", () => {
    assert.equal(value([row(NaN), row(5)]), 5);
    assert.equal(value([row(NaN)], "7"), 7);
    assert.equal(sampleSize([row(NaN)]), 0);
  });

  for (const [absent, expected] of [
    [undefined, 0],
    ["0.0", 0],
    ["2.5", 2.5],
    [" -1e3 ", -1000],
    ["None", null],
    ["", null],
    ["nan", null],
    ["Infinity", null],
  ] as const) {
    it(`puts ${expected} for the absent value ${JSON.stringify(absent)}`, () => {
      assert.equal(value([], absent), expected);
    });
  }

  it("has no value without data, whatever the absent value", () => {
    assert.equal(value(undefined, "0.0"), null);
    assert.equal(sampleSize(undefined), 0);
  });

  it("has no value for an infinite one, whatever the absent value", () => {
    assert.equal(value([row(Infinity)], "0.0"), null);
    assert.equal(sampleSize([row(Infinity)]), 0);
  });

  for (const [raw, rounded] of [
    [21.763975155279503, 21.764],
    [0.0625, 0.062],
    [0.1875, 0.188],
    [-0.0625, -0.062],
    [1.0005, 1.0],
    [1e21, 1e21],
    [0, 0],
  ] as const) {
    it(`rounds ${raw} to ${rounded}`, () => assert.equal(value([row(raw)]), rounded));
  }

  it("rounds sample sizes the same way, and no further", () => assert.equal(sampleSize([row(20.99951)]), 21));
  it("keeps a fraction of a request", () => assert.equal(sampleSize([row(19.6770186)]), 19.677));
});

describe("the window of a query", () => {
  it("ends now unless it is told otherwise", () => {
    assert.deepEqual(queryWindow({ start: 1 }, 9), { start: 1, end: 9, evaluatedAt: 9 });
    assert.deepEqual(queryWindow({ start: 1, end: 1 }, 9), { start: 1, end: 1, evaluatedAt: 9 });
  });

  it("cannot end before it starts", () => {
    const body = { message: "Start time cannot exceed end time" };
    const refused = (error: unknown) => {
      assert.ok(error instanceof AnalysisError);
      assert.deepEqual(error.body, body);
      return true;
    };
    assert.throws(() => queryWindow({ start: 2, end: 1 }, 9), refused);
    assert.throws(() => queryWindow({ start: 10 }, 9), refused);
  });
});
