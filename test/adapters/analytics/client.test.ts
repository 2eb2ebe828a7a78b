import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { analyticsRequest, askAnalytics, type AnalyticsOptions } from "../../../adapters/analytics";
import type { Observation } from "../../../engine";
import { send } from "../prometheus/stub";
import { question } from "./questions";
import { startStub, type Stub } from "./stub";

/** No more than is needed. */
const BARE = {
  assessment: { summary: { all_success_criteria_met: true, abort_experiment: false } },
  baseline: { traffic_percentage: 60 },
  candidate: { traffic_percentage: 40 },
};
const JUDGED = { kind: "judged", allMet: true, abort: false, candidateWeight: 40, conclusions: [] };

type Answer = (response: ServerResponse, count: number) => void;

describe("analytics client", () => {
  let stub: Stub | undefined;
  let waits: number[] = [];

  afterEach(async () => {
    await stub?.close();
    stub = undefined;
    waits = [];
  });

  function askAt(baseURL: string, options: Partial<AnalyticsOptions> = {}, asked = question()): Promise<Observation> {
    const delay = (ms: number) => Promise.resolve(waits.push(ms));
    return askAnalytics(asked, { baseURL, timeoutMs: 2000, delay, random: () => 0.5, ...options });
  }

  async function ask(answer: Answer, options: Partial<AnalyticsOptions> = {}): Promise<Observation> {
    stub = await startStub(answer);
    return askAt(stub.url, options);
  }

  async function fault(answer: Answer, options: Partial<AnalyticsOptions> = {}) {
    const seen = await ask(answer, options);
    assert.equal(seen.kind, "unavailable", JSON.stringify(seen));
    return { fault: seen.fault, detail: seen.detail.replace(stub?.url ?? "", "URL"), tries: stub?.asked.length };
  }

  describe("the question", () => {
    for (const [strategy, path] of [
      ["check_and_increment", "/api/v1/experiment/check_and_increment"],
      ["epsilon_greedy", "/api/v1/experiment/epsilon_t_greedy"],
    ] as const) {
      it(`of ${strategy} is posted to ${path}`, async () => {
        stub = await startStub((r) => send(r, BARE));
        const base = question();
        const asked = { ...base, plan: { ...base.plan, traffic: { ...base.plan.traffic, strategy } } };
        await askAt(stub.url, {}, asked);
        const [request] = stub.asked;
        assert.deepEqual([request?.method, request?.path], ["POST", path]);
        assert.match(request?.headers["content-type"] ?? "", /^application\/json/);
        assert.deepEqual(JSON.parse(request?.body ?? ""), analyticsRequest(asked));
      });
    }
    it("goes below a path prefix", async () => {
      stub = await startStub((r) => send(r, BARE));
      await askAt(`${stub.url}/iter8//`);
      assert.equal(stub.asked[0]?.path, "/iter8/api/v1/experiment/check_and_increment");
    });
    it("is the same in every try", async () => {
      await ask((r, count) => (count < 3 ? send(r, "", 500) : send(r, BARE)));
      assert.equal(new Set(stub?.asked.map(({ body }) => body)).size, 1);
      assert.equal(stub?.asked.length, 3);
    });
  });

  it("gives the judgement", async () => {
    assert.deepEqual(await ask((r) => send(r, BARE)), JUDGED);
  });

  describe("faults that do not pass", () => {
    it("what is no judgement: malformed", async () => {
      assert.deepEqual(await fault((r) => send(r, "<html>\n <title>Log in</title>")), {
        fault: "malformed",
        detail: "The analytics service at URL answered with something else than JSON: <html> <title>Log in</title>.",
        tries: 1,
      });
    });
    it("more than can be read: malformed", async () => {
      const result = await fault((r) => send(r, "x".repeat(2 * 1024 * 1024)));
      assert.deepEqual([result.fault, result.tries], ["malformed", 1]);
    });

    it("400 with Iter8's message: refused", async () => {
      const errors = { "traffic_control.step_size": "0.0 is less than the minimum of 0.1" };
      assert.deepEqual(await fault((r) => send(r, { message: "Input payload validation failed", errors }, 400)), {
        fault: "refused",
        detail:
          "The analytics service at URL refused the question (400: Input payload validation failed " +
          "traffic_control.step_size: 0.0 is less than the minimum of 0.1).",
        tries: 1,
      });
    });
    it("404 without a message: refused", async () => {
      const { fault: kind, detail } = await fault((r) => send(r, "<html>", 404));
      assert.deepEqual(
        [kind, detail],
        ["refused", "The analytics service at URL refused the question (404: Not Found)."],
      );
    });
    for (const status of [301, 302, 307, 308]) {
      it(`${status}: refused, and not followed`, async () => {
        const other = await startStub((r) => send(r, BARE));
        try {
          const result = await fault((r) => {
            r.setHeader("location", `${other.url}/api/v1/experiment/check_and_increment`);
            send(r, "", status);
          });
          assert.deepEqual([result.fault, result.tries, other.asked.length], ["refused", 1, 0]);
          assert.match(result.detail, /redirect, which is not followed/);
        } finally {
          await other.close();
        }
      });
    }
  });

  describe("faults that may pass", () => {
    it("500, then an answer: retried", async () => {
      const seen = await ask((r, count) => (count === 1 ? send(r, "oh", 500) : send(r, BARE)));
      assert.deepEqual([seen.kind, stub?.asked.length, waits], ["judged", 2, [125]]);
    });
    it("429, then an answer: retried after the wait asked for, within reason", async () => {
      const seen = await ask((r, count) => {
        if (count > 2) return send(r, BARE);
        r.setHeader("retry-after", count === 1 ? "1" : "3600");
        send(r, "slow down", 429);
      });
      assert.deepEqual([seen.kind, waits], ["judged", [1000, 4000]]);
    });
    it("a connection cut off, then an answer: retried", async () => {
      const seen = await ask((r, count) => (count === 1 ? r.socket?.destroy() : send(r, BARE)));
      assert.deepEqual([seen.kind, waits.length], ["judged", 1]);
    });
    it("503 for good: serverError, with waits that double", async () => {
      assert.deepEqual(await fault((r) => send(r, { message: "no \u0007 backend" }, 503)), {
        fault: "serverError",
        detail: "The analytics service at URL answered with an error (503: no backend).",
        tries: 4,
      });
      assert.deepEqual(waits, [125, 250, 500]);
    });
    it("silence: timeout", async () => {
      assert.deepEqual(await fault(() => undefined, { timeoutMs: 20, retries: 1 }), {
        fault: "timeout",
        detail: "The analytics service at URL does not answer in time.",
        tries: 2,
      });
    });
    it("half an answer, then the connection closed: unreachable", async () => {
      const half = (r: ServerResponse) => {
        r.writeHead(200, { "content-length": "100" });
        r.write('{"assessment":', () => r.socket?.destroy());
      };
      assert.deepEqual(await fault(half, { retries: 1 }), {
        fault: "unreachable",
        detail: "The analytics service at URL broke off its answer.",
        tries: 2,
      });
    });
    it("an answer that trickles without end: timeout", async () => {
      const trickle = (r: ServerResponse) => {
        const timer = setInterval(() => r.write(" "), 5);
        r.on("close", () => clearInterval(timer));
      };
      const result = await fault(trickle, { deadlineMs: 60 });
      assert.deepEqual([result.fault, result.tries], ["timeout", 1]);
      assert.match(result.detail, /does not finish its answer in time/);
    });
    it("nobody there: unreachable", async () => {
      const gone = await startStub(() => undefined);
      await gone.close();
      assert.deepEqual(await askAt(gone.url), {
        kind: "unavailable",
        fault: "unreachable",
        detail: `The analytics service at ${gone.url} does not answer (connection refused).`,
      });
      assert.deepEqual(waits, [125, 250, 500]);
    });
  });

  describe("giving up", () => {
    const reason = new Error("the release is over");
    it("before the question", async () => {
      stub = await startStub((r) => send(r, BARE));
      await assert.rejects(askAt(stub.url, { signal: AbortSignal.abort(reason) }), reason);
      assert.equal(stub.asked.length, 0);
    });
    it("while it waits for the answer", async () => {
      const controller = new AbortController();
      stub = await startStub(() => controller.abort(reason));
      await assert.rejects(askAt(stub.url, { signal: controller.signal }), reason);
      assert.equal(stub.asked.length, 1);
    });
    it("while it waits for the next try", async () => {
      const controller = new AbortController();
      stub = await startStub((r) => send(r, "", 500));
      const delay = () => Promise.resolve(controller.abort(reason));
      await assert.rejects(askAt(stub.url, { delay, signal: controller.signal }), reason);
      assert.equal(stub.asked.length, 1);
    });
  });

  describe("secrets", () => {
    const secret = "s3cr3t";
    it("sends user and password of the URL, and shows them nowhere", async () => {
      stub = await startStub((r) => send(r, "", 403));
      const seen = await askAt(`${stub.url.replace("//", `//in%40ternal:${secret}@`)}/?token=${secret}`);
      const expected = Buffer.from(`in@ternal:${secret}`).toString("base64");
      assert.equal(stub.asked[0]?.headers.authorization, `Basic ${expected}`);
      assert.equal(seen.kind, "unavailable");
      assert.ok(!JSON.stringify(seen).includes(secret));
    });
    it("refuses what is not an http URL, without its password", async () => {
      for (const url of ["analytics:8080", "", `ftp://u:${secret}@host/`, `//u:${secret}@host`]) {
        await assert.rejects(
          askAt(url),
          (error: Error) =>
            error instanceof TypeError && !error.message.includes(secret) && /http:/.test(error.message),
        );
      }
    });
  });
});
