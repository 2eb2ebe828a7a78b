import assert from "node:assert/strict";
import type { Failure, Reaction } from "../../../bench/dataPlane/reaction";
import type { ReleaseResult } from "../../../bench/dataPlane/release";
import { rows } from "../../../bench/dataPlane/rows";
import type { Results } from "../../../bench/dataPlane/run";

const reaction = (errorToLast: number): Reaction => {
  const parts = { turnToError: 40, errorToScrape: 500, scrapeToDecision: errorToLast - 600, decisionToLast: 100 };
  return { weight: 12, ...parts, errorToLast };
};
const traffic = { splits: [], sent: 1_000, unanswered: 0, lost: {} };
const release = (outcome: Reaction | Failure, more: Partial<ReleaseResult["traffic"]> = {}): ReleaseResult => {
  return { service: "web", outcome, traffic: { ...traffic, ...more } };
};
const measured = (results: Partial<Results>): Record<string, string> =>
  Object.fromEntries(
    rows({ upMs: 9_000, standing: {}, ...results }).map((row) => [row.measure.trim(), row.measured] as const),
  );
const missed = (results: Partial<Results>): readonly string[] =>
  rows({ upMs: 9_000, standing: {}, ...results })
    .filter(({ met }) => met === false)
    .map(({ measure }) => measure.trim());

describe("the data plane bench's report", () => {
  it("has only what was measured", () => {
    assert.deepEqual(
      rows({ upMs: 9_000, standing: {} }).map(({ phase, met }) => [phase, met]),
      [["start", true]],
    );
    assert.deepEqual(missed({ upMs: 30_001 }), ["the sandbox, its programs being there"]);
  });
  it("has the memory and the processor time by part and in all", () => {
    const { etcd, all } = measured({ standing: { memory: { "kube-apiserver": 380, etcd: 40.4 } } });
    assert.deepEqual([etcd, all], ["40 MiB", "420 MiB"]);
    assert.deepEqual(missed({ standing: { memory: { pods: 1_200, etcd: 29 } } }), ["all"]);
    assert.equal(measured({ standing: { cpu: { envoy: 12.34, pods: 20 } } })["all"], "32.3 % of a core");
  });
  it("has how long changes of a route took", () => {
    const told = measured({ standing: { changes: [110, 130, 90] } });
    assert.equal(told["write to the last request by the old one, p50 / p95 / max"], "0.11 s / 0.13 s / 0.13 s");
  });
  it("has the parts of the reactions", () => {
    const told = measured({ releases: [release(reaction(1_100)), release(reaction(900))] });
    assert.equal(told["weight when it turned bad, least / p50 / most"], "12 / 12 / 12 %");
    assert.equal(told["first scrape to decision, p50 / p95 / max"], "0.30 s / 0.50 s / 0.50 s");
    assert.equal(told["first error to the last request, p50 / p95 / max"], "0.90 s / 1.10 s / 1.10 s");
  });
  it("meets the target when 19 of 20 do", () => {
    const quick = Array.from({ length: 19 }, () => release(reaction(4_000)));
    assert.deepEqual(missed({ releases: [...quick, release(reaction(9_000))] }), []);
    const slow = [release(reaction(4_001)), release(reaction(9_000))];
    assert.deepEqual(missed({ releases: [...quick.slice(1), ...slow] }), ["the same, p95"]);
  });
  it("tells of releases that were not rolled back, and judges nothing without any that was", () => {
    const releases = [release({ failure: "the verdict was promoted" })];
    assert.deepEqual(missed({ releases }), ["of 1 releases not rolled back or not seen"]);
    assert.equal(measured({ releases })["first error to the last request, p50 / p95 / max"], "–");
  });
  it("adds up what was sent and what was lost", () => {
    const releases = [
      release(reaction(900), { lost: { UH: 1, UF: 2 } }),
      release(reaction(900), { lost: { UH: 3 }, unanswered: 4 }),
    ];
    const told = measured({ releases });
    assert.equal(told["requests sent"], "2000");
    assert.equal(told["lost by a proxy"], "6 (4 UH, 2 UF)");
    assert.deepEqual(missed({ releases }), ["without an answer", "lost by a proxy"]);
  });
  it("has the share of splits that are far off, beside that of chance", () => {
    const asked = { a: 50, b: 50 };
    const splits = [50, 50, 50, 66].map((a) => {
      return { at: 0, namespace: "bench", name: "web", asked, seen: { a, b: 100 - a } };
    });
    const told = measured({ releases: [release(reaction(900), { splits })] });
    assert.equal(told["splits, and requests in them"], "4, 400");
    assert.equal(told["further from the weight than 2 standard deviations"], "1, 25.0 % (chance: 3.5 %)");
    assert.equal(told["largest gap"], "3.2 standard deviations: 66 % of 100 requests instead of 50 %");
  });
});
