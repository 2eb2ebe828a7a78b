import assert from "node:assert/strict";
import { BAD, GOOD, ReleaseFixture } from "./support/releaseFixture";
import { experimentTable } from "./support/table";
import type { PulumiResult } from "../../sandbox/pulumi/pulumiStack";
import { endSandboxAfterwards } from "./support/sharedSandbox";

/** The criterion of the stack's outputs that a metric has. */
function criterion(outputs: Record<string, unknown>, metric: string): Record<string, unknown> {
  const found = (outputs["assessment"] as Record<string, unknown>[]).find((c) => c["metric"] === metric);
  assert.ok(found, `no assessment of ${metric}`);
  return found;
}

describe("pulumi up of the release program", function () {
  endSandboxAfterwards();
  this.timeout(180_000);
  let fixture: ReleaseFixture;
  let first: PulumiResult;
  let rolledBack: PulumiResult;
  let promoted: PulumiResult;

  before(async () => {
    fixture = await ReleaseFixture.create("release");
    // Long enough for two scrapes of a new series, whatever their phase, so that no iteration lacks its evidence.
    await fixture.stack.configure({ "traffic.interval": "3s" });
    await fixture.want("v2", GOOD);
    first = await fixture.stack.up();
  });

  it("deploys the first version without a comparison, all traffic on it", async () => {
    assert.equal(first.code, 0, first.stdout);
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "promoted");
    assert.equal(outputs["iterations"], 0);
    assert.match(String(outputs["stableVersion"]), /^reviews-v2-/);
    assert.deepEqual(outputs["weights"], { [String(outputs["stableVersion"])]: 100 });
    assert.deepEqual(await fixture.experiments(), []);
  });

  it("rolls a failing candidate back, exits non-zero, and says on what evidence", async () => {
    await fixture.want("v3", BAD);
    rolledBack = await fixture.stack.up();
    assert.notEqual(rolledBack.code, 0);
    assert.match(
      rolledBack.stdout,
      /reviews-v3-\w+ was rolled back: .*iter8_error_rate of the candidate is 0\.\d+, over the limit of 0\.05 \(\d+ requests\)/,
    );
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "rolledBack");
    assert.match(String(outputs["stableVersion"]), /^reviews-v2-/);
    const errors = criterion(outputs, "iter8_error_rate");
    assert.equal(errors["limit"], 0.05);
    assert.equal(errors["met"], false);
    assert.ok(Number(errors["candidate"]) > 0.05 && Number(errors["samples"]) >= 10, JSON.stringify(errors));
    const names = (await fixture.deployments()).map(({ metadata }) => metadata.name);
    assert.deepEqual(names, [outputs["stableVersion"]]);
  });

  it("does not try the same candidate again, says so, and touches nothing", async () => {
    const before = await versions(fixture);
    const again = await fixture.stack.up();
    assert.notEqual(again.code, 0);
    assert.match(again.stdout, /The same candidate is not tried again/);
    assert.deepEqual(await versions(fixture), before);
    assert.equal((await fixture.stack.outputs())["verdict"], "rolledBack");
  });

  it("promotes a good candidate, with a line of progress an iteration", async () => {
    await fixture.want("v4", GOOD);
    promoted = await fixture.stack.up();
    assert.equal(promoted.code, 0, promoted.stdout);
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "promoted");
    assert.equal(outputs["iterations"], 5);
    assert.match(String(outputs["winner"]), /^reviews-v4-/);
    assert.deepEqual(outputs["weights"], { [String(outputs["winner"])]: 100 });
    for (const [i, line] of ["80/20", "60/40", "40/60", "20/80", "20/80"].entries()) {
      assert.match(promoted.stdout, new RegExp(`${i + 1}/5  ${line}  iter8_latency [\\d.]+ ms <= 200 ms`));
    }
  });

  it("keeps a record that agrees with the progress, with an event for what happened", async () => {
    const record = (await fixture.experiments()).find(({ status }) => status?.serin?.verdict === "promoted");
    assert.deepEqual(
      record?.status?.serin?.history?.map(({ iteration, weight }) => [iteration, weight]),
      [
        [1, 20],
        [2, 40],
        [3, 60],
        [4, 80],
        [5, 80],
      ],
    );
    const table = await experimentTable(fixture.sandbox.kubeconfig, fixture.namespace);
    const row = table.find(({ verdict }) => verdict === "promoted");
    assert.equal(row?.["phase"], "Completed");
    assert.equal(row["status"], "ExperimentSucceeded: All Success Criteria Were Met");
    assert.deepEqual([row["percentage"], row["percentage2"]], [0, 100]);
    const events = (await fixture.events()).map(({ reason, message }) => `${reason}: ${message}`);
    for (const expected of [
      "IterationUpdate: Iteration 5 Started",
      "ExperimentSucceeded: All Success Criteria Were Met",
    ]) {
      assert.ok(events.includes(expected), `no event '${expected}' among ${events.join(", ")}`);
    }
  });

  it("changes nothing when nothing has changed, and says so", async () => {
    const before = await versions(fixture);
    const again = await fixture.stack.up({ preview: true });
    assert.equal(again.code, 0, again.stdout);
    assert.match(again.stdout, /5 unchanged/);
    assert.doesNotMatch(again.stdout, /created|updated/);
    assert.deepEqual(await versions(fixture), before);
  });

  it("keeps its part of Pulumi's state small", async () => {
    const state = (await fixture.stack.exported()) as {
      deployment: { resources: { type: string; inputs?: { __provider?: string } }[] };
    };
    const shims = state.deployment.resources.flatMap(({ inputs }) => inputs?.__provider ?? []);
    assert.equal(shims.length, 3);
    for (const code of shims) assert.ok(code.length < 4096, `${code.length} bytes`);
  });
});

/** The versions of everything that a release may write, to tell whether it wrote. */
async function versions(fixture: ReleaseFixture): Promise<unknown> {
  const [experiments, rule, deployments] = await Promise.all([
    fixture.experiments(),
    fixture.virtualService(),
    fixture.deployments(),
  ]);
  return {
    experiments: experiments.map(({ metadata }) => [metadata.name, metadata.resourceVersion]),
    rule: rule.metadata.resourceVersion,
    deployments: deployments.map(({ metadata }) => [metadata.name, metadata.generation]),
  };
}
