import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { PrometheusClient } from "../../adapters/prometheus";
import { startStub, send, vector, type Stub } from "../adapters/prometheus/stub";
import {
  caseNames,
  readCase,
  type BayesianCase,
  type ChainCase,
  type ErrorCase,
  type Json,
  type SingleCase,
} from "../engine/iter8/cases";
import { seededRandom } from "../engine/iter8/seededRandom";
import { NOW, serverWith } from "./harness";

const FIXTURES = join(__dirname, "../fixtures/iter8/v0.1-analytics");
const CALLS = 30;

interface Answer {
  readonly status: number;
  readonly body: Json;
}

type Aliased = { readonly endpoint: string; readonly alias?: string };

/** What there is of `actual` where `like` has something; lists stay as long as they are. */
function shapedAs(like: unknown, actual: unknown): unknown {
  if (typeof like !== "object" || like === null || typeof actual !== "object" || actual === null) return actual;
  if (Array.isArray(actual)) return actual.map((one, i) => shapedAs((like as unknown[])[i], one));
  return Object.fromEntries(
    Object.entries(like).map(([name, member]) => [name, shapedAs(member, (actual as Json)[name])]),
  );
}

describe("conformance with Iter8 v0.1's analytics, over HTTP", () => {
  let stub: Stub;
  let app: FastifyInstance;
  let url: string;
  let answerQuery: (promql: string) => unknown;
  const random = seededRandom(1);

  before(async () => {
    stub = await startStub((response, _, { searchParams }) => {
      send(response, answerQuery(searchParams.get("query") ?? ""));
    });
    const source = new PrometheusClient({ baseURL: stub.url });
    ({ app } = await serverWith({ source, random }));
    url = await app.listen({ host: "127.0.0.1", port: 0 });
  });
  beforeEach(() => {
    answerQuery = () => vector();
    stub.requests.length = 0;
  });
  after(async () => {
    await app.close();
    await stub.close();
  });

  /** @param endpoint method and path */
  async function call(endpoint: string, body?: unknown): Promise<Answer> {
    const [method, path] = endpoint.split(" ");
    const init = { method, headers: { "content-type": "application/json" } };
    const response = await fetch(`${url}${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Json };
  }

  function answerWith({ every_query_answers_with: file }: SingleCase["prometheus"]): void {
    const body = readFileSync(join(FIXTURES, file), "utf8");
    answerQuery = () => body;
  }

  const endpointsOf = ({ endpoint, alias }: Aliased) => [endpoint, ...(alias === undefined ? [] : [alias])];

  async function checkSingle(name: string): Promise<void> {
    const found = readCase<SingleCase & Aliased>(name);
    answerWith(found.prometheus);
    const { start_time, end_time } = found.request["candidate"] as Readonly<Record<string, string>>;
    const end = end_time === undefined ? NOW : Date.parse(end_time);
    const seconds = (ms: number) => String(Math.floor(ms / 1000));
    const queries = found.expected.queries_in_order.map((query) => {
      const elapsed = seconds(end - Date.parse(start_time ?? ""));
      return query.replaceAll("<elapsed>", elapsed).replaceAll("<now-end>", seconds(NOW - end));
    });
    const endpoints = endpointsOf(found);
    for (const endpoint of endpoints) {
      stub.requests.length = 0;
      const { status, body } = await call(endpoint, found.request);
      assert.equal(status, 200, endpoint);
      assert.deepEqual(shapedAs(found.expected.body, body), found.expected.body, endpoint);
      assert.deepEqual(
        stub.requests.map((request) => request.url.searchParams.get("query")),
        queries,
        endpoint,
      );
      assert.ok(stub.requests.every((request) => request.url.pathname === "/api/v1/query"));
    }
  }

  async function checkChain(name: string): Promise<void> {
    const found = readCase<ChainCase>(name);
    let lastState: unknown = {};
    for (const { call: number, observed, ...expected } of found.iterations) {
      answerQuery = (promql) => {
        const rows = (["baseline", "candidate"] as const).flatMap((version) => {
          const seen = observed[version];
          const { tags } = found.request_template[version] as { readonly tags: Record<string, string> };
          const value = promql.includes("duration") ? seen?.latency : seen?.sample_size;
          return value === undefined ? [] : [[tags, String(value)] as const];
        });
        return vector(...rows);
      };
      const { status, body } = await call(found.endpoint, { ...found.request_template, _last_state: lastState });
      const { assessment, baseline, candidate, _last_state } = body as Record<string, Json>;
      const got = {
        candidate_traffic: candidate?.["traffic_percentage"],
        baseline_traffic: baseline?.["traffic_percentage"],
        summary: assessment?.["summary"],
        success_criteria: assessment?.["success_criteria"],
        _last_state,
        status,
      };
      assert.deepEqual(got, expected, `call ${number}`);
      lastState = _last_state;
    }
  }

  async function checkBayesian(found: BayesianCase): Promise<void> {
    answerWith(found.prometheus);
    const { expected } = found;
    const { min, max, mean } = expected.candidate_traffic;
    let total = 0;
    for (let i = 0; i < CALLS; i++) {
      const { status, body } = await call(found.endpoint, found.request);
      assert.equal(status, 200);
      const { candidate, baseline, assessment } = body as Record<string, Record<string, unknown>>;
      const percent = candidate?.["traffic_percentage"] as number;
      total += percent;
      assert.ok(percent >= min - 6 && percent <= max + 6, `${percent}`);
      assert.equal(baseline?.["traffic_percentage"], 100 - percent);
      const { conclusions, ...flags } = assessment?.["summary"] as { readonly conclusions: readonly string[] };
      const { all_success_criteria_met, abort_experiment } = expected;
      assert.deepEqual(flags, { all_success_criteria_met, abort_experiment });
      assert.ok(
        expected.conclusions_seen.some((seen) => seen.join("\n") === conclusions.join("\n")),
        conclusions.join("; "),
      );
      assert.deepEqual(body["_last_state"], expected._last_state);
    }
    assert.ok(Math.abs(total / CALLS - mean) <= 3, `mean ${total / CALLS} instead of ${mean}`);
  }

  const exercised: string[] = ["04-validation-errors", "13-algorithms", "41-bayesian-peer-tests"];
  for (const name of caseNames().filter((one) => /^(0[1-35-9]|1[0-2])-/.test(one))) {
    exercised.push(name);
    it(name, () => checkSingle(name));
  }
  for (const name of caseNames().filter((one) => /^2\d-chain-/.test(one))) {
    exercised.push(name);
    it(name, () => checkChain(name));
  }

  it("13-algorithms", async () => {
    const { endpoint, expected } = readCase<{ endpoint: string; expected: Answer }>("13-algorithms");
    assert.deepEqual(await call(endpoint), expected);
  });

  readCase<{ cases: ErrorCase[] }>("04-validation-errors").cases.forEach((found, i) => {
    it(`04-validation-errors, case ${i}`, async () => {
      assert.deepEqual(await call(found.endpoint, found.request), found.expected);
    });
  });

  readCase<{ cases: BayesianCase[] }>("41-bayesian-peer-tests").cases.forEach((found, i) => {
    it(`41-bayesian-peer-tests, case ${i}: ${found.source.test}`, () => checkBayesian(found));
  });

  it("leaves out no case file", () => assert.deepEqual(exercised.sort(), caseNames().sort()));
});
