import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { gateProvider } from "../../provider/gateProvider";

const props = (verdict: string, onRollback: string) => ({
  verdict,
  onRollback,
  reason: "iter8_latency of the candidate is 300 ms, over the limit of 200 ms.",
  candidateVersion: "reviews-v2",
  stableVersion: "reviews-v1",
});

describe("gateProvider", () => {
  it("lets a promoted candidate pass", async () => {
    deepStrictEqual((await gateProvider.create(props("promoted", "fail"))).outs, props("promoted", "fail"));
    strictEqual((await gateProvider.diff("id", props("promoted", "fail"), props("promoted", "fail"))).changes, false);
  });

  for (const [verdict, how] of Object.entries({
    rolledBack: "was rolled back",
    inconclusive: "could not be judged",
    aborted: "was stopped",
  })) {
    it(`fails a candidate that ${how}, each time, with the evidence and what to do`, async () => {
      const message =
        `reviews-v2 ${how}: iter8_latency of the candidate is 300 ms, over the limit of 200 ms. ` +
        "All traffic is on reviews-v1. The same candidate is not tried again by another 'pulumi up': " +
        "change it, or set a new 'attempt'.";
      const closed = props(verdict, "fail");
      await rejects(async () => gateProvider.create(closed), { message });
      await rejects(async () => gateProvider.update("id", props("promoted", "fail"), closed), { message });
      strictEqual((await gateProvider.diff("id", closed, closed)).changes, true);
    });

    it(`only reports a candidate that ${how} where that is asked for`, async () => {
      const open = props(verdict, "report");
      deepStrictEqual((await gateProvider.create(open)).outs, open);
      strictEqual((await gateProvider.diff("id", open, open)).changes, false);
    });
  }

  it("sees a change of verdict, of candidate and of what to do", async () => {
    const old = props("promoted", "fail");
    for (const news of [props("promoted", "report"), { ...old, candidateVersion: "reviews-v3" }]) {
      strictEqual((await gateProvider.diff("id", old, news)).changes, true);
    }
  });
});
