import assert from "node:assert/strict";
import type { PulumiResult } from "../../sandbox/pulumi/pulumiStack";
import { BAD, GOOD, ReleaseFixture, until } from "./support/releaseFixture";
import { endSandboxAfterwards } from "./support/sharedSandbox";

type Outputs = Record<string, unknown>;

function evidence(
  outputs: Outputs,
  metric: string,
): { met: boolean; harm: number; harmNeeded: number; reason: string } {
  const found = (outputs["assessment"] as Outputs[]).find((c) => c["metric"] === metric);
  assert.ok(found, `no assessment of ${metric}`);
  return { ...(found["evidence"] as Outputs), ...found } as unknown as ReturnType<typeof evidence>;
}

describe("pulumi up with the default strategy", function () {
  endSandboxAfterwards();
  this.timeout(240_000);
  let fixture: ReleaseFixture;
  let rolledBack: PulumiResult;

  before(async () => {
    fixture = await ReleaseFixture.create("sequential");
    // What the fixture sets for the other tests' strategy goes; the stack's own criteria are the same but for it.
    await fixture.stack.configure({
      "traffic.strategy": "guarded",
      "traffic.maxIterations": 40,
      criteria: JSON.stringify([
        { metric: "iter8_latency", threshold: 200 },
        { metric: "iter8_error_rate", delta: 1, floor: 0.05 },
      ]),
      "budget.failedRequests": 100,
    });
    await fixture.want("v2", GOOD);
    const first = await fixture.stack.up();
    assert.equal(first.code, 0, first.stdout);
    // Its past tells how busy the service is, and how much its metrics vary.
    const samples = `max(count_over_time(istio_requests_total{destination_workload_namespace="${fixture.namespace}"}[1m]))`;
    await until("the baseline has a past", async () => (await fixture.query(samples)) >= 15);
  });

  it("a preview tells what to expect, and changes nothing", async () => {
    await fixture.want("v3", BAD);
    const preview = await fixture.stack.preview();
    assert.equal(preview.code, 0, preview.stdout);
    assert.match(preview.stdout, /plan: [\d,.]+ requests a second now; weights \d %, 2s \d+ %, /);
    assert.match(preview.stdout, /plan: at least \S+, usually \S+, at most 1m20s/);
    assert.match(preview.stdout, /plan: iter8_error_rate finds [\d.]+ or more in 80 % of the releases/);
    assert.deepEqual(await fixture.experiments(), []);
  });

  it("a failing candidate goes back on evidence, long before the plan's end and within the budget", async () => {
    rolledBack = await fixture.stack.up();
    assert.notEqual(rolledBack.code, 0);
    assert.match(rolledBack.stdout, /was rolled back: .*evidence of harm [\w,. ]+ needed, [\d,]+ requests\./);
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "rolledBack");
    assert.ok(Number(outputs["iterations"]) < 30, `${outputs["iterations"]} iterations`);
    const [errors, latency] = [evidence(outputs, "iter8_error_rate"), evidence(outputs, "iter8_latency")];
    assert.ok(errors.harm >= errors.harmNeeded || latency.harm >= latency.harmNeeded);
    assert.equal((outputs["plan"] as Outputs)["longestMs"], 80_000);
  });

  it("a good candidate is promoted on evidence, once it has carried the largest share", async () => {
    await fixture.want("v4", GOOD);
    const promoted = await fixture.stack.up();
    assert.equal(promoted.code, 0, promoted.stdout);
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "promoted");
    assert.ok(evidence(outputs, "iter8_error_rate").met && evidence(outputs, "iter8_latency").met);
    assert.match(
      String(outputs["reason"]),
      /iter8_error_rate of the candidate is [\d.]+, within the limit of .*: evidence/,
    );
    assert.match(promoted.stdout, /\d+\/40 {2}20\/80 /);
  });
});
