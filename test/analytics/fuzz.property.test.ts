import assert from "node:assert/strict";
import fc from "fast-check";
import type { QueryResult } from "../../adapters/prometheus";
import { ALGORITHMS } from "../../engine/iter8";
import { requestBody, serverWith, sourceOf, TAGS } from "./harness";

const BODIES = 10_000;

type Path = readonly (string | number)[];

const belief = [1, 1, null, null];
const state = {
  traffic_percentage: 20,
  success_criterion_information: [[10, 0.1]],
  success_criterion_belief: [belief],
};

/** Answered by every algorithm, with all members that are known. */
const FULL = requestBody({
  traffic_control: {
    step_size: 5,
    max_traffic_percent: 80,
    confidence: 0.9,
    success_criteria: requestBody().traffic_control.success_criteria.map((criterion) => ({
      ...criterion,
      absent_value: "0.5",
      sample_size: 5,
      stop_on_failure: true,
      min_max: { min: 0, max: 1 },
    })),
  },
  _last_state: { baseline: state, candidate: state, effective_iteration_count: 2 },
});

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}

/** A copy with another value at the path; without that member when the value is undefined. */
function replaced(value: unknown, path: Path, other: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return other;
  if (typeof value !== "object" || value === null) return value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
  copy[name] = replaced(copy[name], rest, other);
  return copy;
}

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 1, -1, 5e-324, 1e308, -1e308, Number.MAX_SAFE_INTEGER, 0.1),
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "0.0", "None", "nan", "1e999", "$", "$interval", "${entity_labels}", "delta", "threshold"),
  fc.constantFrom("2020-05-22T10:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "__proto__", "\ud800"),
);
const other = fc.oneof(
  number,
  text,
  fc.constantFrom(undefined, null, true, false, [], {}),
  fc.jsonValue(),
  fc.array(fc.oneof(number, fc.constant(null)), { maxLength: 5 }),
  fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 }),
);
const mutation = fc.record({ path: fc.constantFrom(...pathsOf(FULL)), other });
const mutated = fc
  .array(mutation, { minLength: 1, maxLength: 4 })
  .map((mutations) => mutations.reduce<unknown>((body, { path, other }) => replaced(body, path, other), FULL));

const infinite = (text: string) => text.replace(/"(1e999)"/g, "$1");
const payload = fc.oneof(
  { weight: 6, arbitrary: mutated.map((body) => JSON.stringify(body) ?? "") },
  // Numbers that JSON can hold and JavaScript cannot.
  { weight: 1, arbitrary: mutated.map((body) => infinite(JSON.stringify(body) ?? "")) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

const value = fc.oneof(number, fc.constantFrom(NaN, Infinity, -Infinity));
const rows = fc.tuple(value, value).map(([baseline, candidate]): QueryResult => {
  const row = (workload: string, value: number) => ({
    labels: { ...TAGS, destination_workload: workload },
    value,
    timestamp: 0,
  });
  return { kind: "vector", rows: [row("reviews-v1", baseline), row("reviews-v3", candidate)] };
});

describe("any body", () => {
  it(`of ${BODIES} gets an answer that is not the server's fault`, async function () {
    this.timeout(60_000);
    let answer: QueryResult = { kind: "vector", rows: [] };
    const { app } = await serverWith({ source: sourceOf(() => answer), logLevel: "error" });
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ALGORITHMS), payload, rows, async (algorithm, payload, observed) => {
        answer = observed;
        const url = `/api/v1/experiment/${algorithm}`;
        const headers = { "content-type": "application/json" };
        const { statusCode, body } = await app.inject({ method: "POST", url, headers, payload });
        assert.ok(statusCode === 200 || (statusCode >= 400 && statusCode < 500), `${statusCode}: ${body}`);
        assert.equal(typeof JSON.parse(body), "object");
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      }),
      { numRuns: BODIES },
    );
    // Neither kind is an exception: the bodies reach the engine, and they reach its checks.
    assert.deepEqual([...statuses.keys()].sort(), [200, 400]);
    for (const count of statuses.values()) assert.ok(count > BODIES / 10, JSON.stringify([...statuses]));

    const after = await app.inject({ method: "POST", url: "/api/v1/experiment/epsilon_t_greedy", payload: FULL });
    assert.equal(after.statusCode, 200);
  });
});
