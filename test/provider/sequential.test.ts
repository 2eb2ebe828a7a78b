import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { outlook } from "../../provider/outlook";
import { inputs, nameOf, Stage } from "./stage";

const GUARDED = {
  traffic: { interval: "2s", maxIterations: 40, step: 20 },
  criteria: [
    { metric: "iter8_latency", delta: 0.5 },
    { metric: "iter8_error_rate", delta: 1, floor: 0.01 },
  ],
  budget: { failedRequests: 500 },
};

describe("a release with the default strategy", function () {
  this.timeout(60_000);
  let stage: Stage;
  beforeEach(async () => {
    stage = new Stage();
    await stage.release(inputs("reviews:v1", GUARDED));
    // The baseline needs a past to be compared with.
    await stage.clock.run(stage.clock.sleep(300_000));
  });
  afterEach(() => stage.close());

  it("promotes on evidence, and reports it with what was to be expected", async () => {
    const outputs = await stage.release(inputs("reviews:v2", GUARDED));
    strictEqual(outputs.verdict, "promoted");
    strictEqual(outputs.winner, nameOf("reviews:v2"));
    ok(outputs.iterations < 40);
    for (const { evidence, met } of outputs.assessment) ok(met && evidence !== undefined && evidence.safety >= 20);
    ok(outputs.plan !== undefined);
    strictEqual(outputs.plan.longestMs, 80_000);
    ok(Math.abs(outputs.plan.requestsPerSecond - 100) < 2, `${outputs.plan.requestsPerSecond}`);
    ok(stage.lines.some((line) => line.startsWith("plan: at least ")));
  });

  it("rolls a bad candidate back at the first look that shows it", async () => {
    const outputs = await stage.release(inputs("reviews:bad", GUARDED));
    strictEqual(outputs.verdict, "rolledBack");
    ok(outputs.iterations <= 2, `${outputs.iterations} iterations`);
    match(outputs.reason, /iter8_error_rate of the candidate is 0\.2, over the limit of 0\.01: evidence of harm over /);
    strictEqual(await stage.serving(), nameOf("reviews:v1"));
  });

  it("goes on from the evidence of a process that was killed, without a jump in weight", async () => {
    const shares: number[] = [];
    stage.api.onWrite(({ kind }) => {
      const share = stage.share;
      if (kind === "virtualservices" && share !== undefined && share !== shares.at(-1)) shares.push(share);
    });
    await stage.releaseUntil(inputs("reviews:v2", GUARDED), () => (stage.share ?? 0) >= 8);
    const evidence = stage.experiments[0]?.status?.analysisState?.serin?.sequential?.criteria;
    ok(evidence?.every((criterion) => (criterion?.candidate.requests ?? 0) > 0));
    const outputs = await stage.release(inputs("reviews:v2", GUARDED));
    strictEqual(outputs.verdict, "promoted");
    for (const [i, share] of shares.entries()) {
      const before = shares[i - 1] ?? 0;
      ok(share <= Math.max(6, 2 * before) || share === 100, shares.join(", "));
    }
  });

  it("a preview tells what to expect, or why nothing can be told", async () => {
    const [first, second, ...rest] = await stage.clock.run(
      outlook(stage.api.client(), inputs("reviews:v2", GUARDED), stage.clock.now()),
    );
    match(first ?? "", /^plan: [\d.]+ requests a second now; weights 3 %, 2s 6 %, /);
    match(second ?? "", /^plan: at least \S+, usually \S+, at most 1m20s$/);
    strictEqual(rest.length >= 2, true);
    deepStrictEqual(await outlook(stage.api.client(), inputs("reviews:v1", GUARDED), stage.clock.now()), []);
  });
});
