import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startPart, stopPart } from "../../../sandbox/cluster";
import { GOOD, ReleaseFixture, until } from "../support/releaseFixture";
import { endSandboxAfterwards, sharedSandbox } from "../support/sharedSandbox";
import { assertNothingLost } from "./support";

const outageMs = 20_000;

describe("a release during which istiod is away", function () {
  endSandboxAfterwards();
  this.timeout(240_000);

  it("keeps the last weight that is in effect, holds, says so, and goes on when istiod is back", async () => {
    const { dir } = await sharedSandbox("envoy");
    const fixture = await ReleaseFixture.create("outage", 500);
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    const [baseline = ""] = Object.keys(await fixture.requests()).filter((name) => name !== "unknown");
    await fixture.want("v2", GOOD);
    // Steps so large that the requests of one iteration tell without doubt whether one is in effect.
    await fixture.stack.configure({ "traffic.interval": "4s", "traffic.step": 40, "traffic.maxWeight": 80 });
    const up = fixture.stack.up();
    const iteration = async () => (await fixture.experiments()).at(-1)?.status?.currentIteration ?? 0;
    await until("40 % are in effect", async () => {
      const split = (await fixture.splits()).find(({ asked }) => asked[baseline] === 60);
      return (split?.seen[baseline] ?? 0) > 100;
    });

    await stopPart(dir, "istiod");
    const before = await fixture.requests();
    await sleep(outageMs / 2);
    const held = await iteration();
    await sleep(outageMs / 2);
    const after = await fixture.requests();
    assert.equal(await iteration(), held, "the iteration went on while its weight was not in effect");
    assert.equal(held, 2);
    assertShare(baseline, before, after, 0.6);
    const reasons = (await fixture.events()).map(({ reason, message }) => `${reason}: ${message}`);
    assert.ok(
      reasons.some((text) => /^RoutingRulesError: The weight is not in effect/.test(text)),
      reasons.join("; "),
    );
    await startPart(dir, "istiod");

    const { code, stdout } = await up;
    assert.equal(code, 0, stdout);
    assert.match(stdout, /RoutingRulesReady/);
    const weights = (await fixture.routes()).flatMap(({ weights }) => weights["candidate"] ?? []);
    assert.deepEqual([...new Set(weights.filter((weight) => weight > 0))], [40, 80]);
    await assertNothingLost(fixture, 10_000);
  });
});

/** The share of a version between two counts, to 4.5 standard deviations. */
function assertShare(
  version: string,
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  expected: number,
): void {
  const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  const total = Object.keys(after).reduce((sum, name) => sum + grown(name), 0);
  const share = grown(version) / total;
  const margin = 4.5 * Math.sqrt((expected * (1 - expected)) / total);
  assert.ok(Math.abs(share - expected) < margin, `${share} of ${total} requests, not ${expected}`);
}
