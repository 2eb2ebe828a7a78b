import assert from "node:assert/strict";
import { CRITERION, LIMITS, NO_ROWS, PATH, requestBody, serverWith, sourceOf } from "./harness";

describe("the limits of the analytics service", () => {
  it("a body that is too long: 413", async () => {
    const { app } = await serverWith({ limits: { ...LIMITS, bodyBytes: 2000 } });
    const long = requestBody({ name: "x".repeat(2000) });
    const answer = await app.inject({ method: "POST", url: PATH, payload: long });
    assert.deepEqual([answer.statusCode, answer.json()], [413, { message: "The body is longer than 2000 bytes" }]);
    assert.equal((await app.inject({ method: "POST", url: PATH, payload: requestBody() })).statusCode, 200);
  });

  it("queries that take too long in all: 503, and they are given up", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const source = sourceOf((_, signal) => {
      signals.push(signal);
      if (signals.length < 3) return NO_ROWS;
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    });
    const { app } = await serverWith({ source, limits: { ...LIMITS, queryMs: 30 } });
    const answer = await app.inject({ method: "POST", url: PATH, payload: requestBody() });
    assert.equal(answer.statusCode, 503);
    assert.deepEqual(answer.json(), { message: "Prometheus did not answer all queries within 0.03 s" });
    assert.equal(signals.length, 3);
    assert.ok(signals.every((signal) => signal?.aborted));
  });

  it("no more queries at a time than allowed, and all get their turn", async () => {
    let [running, most] = [0, 0];
    const source = sourceOf(async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return NO_ROWS;
    });
    const { app } = await serverWith({ source, limits: { ...LIMITS, queries: 3 } });
    const post = () => app.inject({ method: "POST", url: PATH, payload: requestBody() });
    const answers = await Promise.all(Array.from({ length: 20 }, post));
    assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]));
    assert.deepEqual([most, source.queries.length], [3, 80]);
  });

  it("a request that waits for its turn too long: 503, and its place is free for others", async () => {
    let release: (() => void) | undefined;
    const source = sourceOf(async (_, signal) => {
      if (source.queries.length > 1) return NO_ROWS;
      await new Promise<void>((resolve) => (release = resolve));
      signal?.throwIfAborted();
      return NO_ROWS;
    });
    const { app } = await serverWith({ source, limits: { ...LIMITS, queries: 1, queryMs: 30 } });
    // Inject sends nothing before somebody waits for it.
    const post = async () => app.inject({ method: "POST", url: PATH, payload: requestBody() });
    const [first, second] = [post(), post()];
    assert.equal((await second).statusCode, 503);
    assert.equal(source.queries.length, 1);
    release?.();
    assert.equal((await first).statusCode, 503);
    assert.equal((await post()).statusCode, 200);
  });

  it("too many criteria: 400, without a message for each of them", async () => {
    const { app } = await serverWith();
    const post = (count: number, criterion: object) => {
      const success_criteria = Array.from({ length: count }, () => criterion);
      return app.inject({ method: "POST", url: PATH, payload: requestBody({ traffic_control: { success_criteria } }) });
    };
    assert.equal((await post(100, CRITERION)).statusCode, 200);
    const answer = await post(101, {});
    assert.equal(answer.statusCode, 400);
    assert.deepEqual(answer.json(), {
      message: "'traffic_control.success_criteria' (101 criteria) must have at most 100 criteria",
    });
  });

  for (const [name, open, close] of [
    ["arrays", "[", "]"],
    ["objects", '{"a":', "}"],
  ] as const) {
    it(`${name} a hundred thousand levels deep: 400`, async () => {
      const { app } = await serverWith();
      const payload = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
      const answer = await app.inject({ method: "POST", url: PATH, payload });
      assert.equal(answer.statusCode, 400);
      assert.deepEqual(answer.json(), { message: "The request has more than 100 levels of nested values" });
    });
  }
});
