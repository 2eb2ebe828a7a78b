import assert from "node:assert/strict";
import type { PulumiResult, RunOptions } from "../../../sandbox/pulumi/pulumiStack";
import { Steps, summaryOf } from "../../../sandbox/platform/steps";

const ended = (code: number, stdout: string): PulumiResult => ({ code, signal: null, stdout, stderr: "" });

describe("the steps of the platform's demo", () => {
  const sums: [name: string, output: string, summary: string][] = [
    ["an update", "Resources:\n    + 141 created\n    3 unchanged\n", "141 created, 3 unchanged"],
    ["a preview", "Resources:\n    + 2 to create\n    ~ 1 to update\n", "2 create, 1 update"],
    ["a removal", "Resources:\n    - 12 deleted\n", "12 deleted"],
    ["nothing", "", "done"],
  ];
  for (const [name, output, summary] of sums) {
    it(`tell what Pulumi counts: ${name}`, () => assert.equal(summaryOf(output), summary));
  }

  it("tell of the resources that take their time, and how long all of it took", async () => {
    const said: string[] = [];
    const steps = new Steps((line) => said.push(line));
    await steps.pulumi("pulumi up", ({ onLine }: RunOptions) => {
      onLine?.(" +  kubernetes:core/v1:ConfigMap quick created (0.2s) ");
      onLine?.(" +  kubernetes:apps/v1:Deployment slow created (12s) ");
      return Promise.resolve(ended(0, "    + 2 created\n"));
    });
    assert.deepEqual(said.slice(0, 2), ["$ pulumi up", "  slow (kubernetes:apps/v1:Deployment) after 12 s"]);
    assert.match(said[2] ?? "", /^ {2}2 created in \d+\.\d s$/);
    assert.match(steps.table(), /pulumi up/);
  });

  it("fail with all that a command said", async () => {
    const steps = new Steps(() => undefined);
    await assert.rejects(
      steps.pulumi("pulumi up", () => Promise.resolve(ended(255, "error: no"))),
      /pulumi up failed:\nerror: no/,
    );
  });
});
