import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { stringify } from "yaml";
import { ControllerFixture, endControllersAfterwards, startController } from "../support/controllerFixture";
import { endSandboxAfterwards } from "../support/sharedSandbox";

const MAIN = join(__dirname, "..", "..", "..", "dist", "cli", "main.js");

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe("serin experiment, on a real cluster", function () {
  this.timeout(120_000);
  endControllersAfterwards();
  endSandboxAfterwards();
  let fixture: ControllerFixture;

  /** Runs a command as a person would in a shell. */
  const serin = (words: string, stdin = ""): Promise<Answer> =>
    new Promise((resolve) => {
      const { kubeconfig } = fixture.sandbox;
      const args = [MAIN, "experiment", ...words.split(" "), "-n", fixture.namespace, "--kubeconfig", kubeconfig];
      const child = execFile(process.execPath, args, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
      child.stdin?.end(stdin);
    });

  const manifest = (name: string, candidate: string, maxIterations: number) =>
    stringify({
      apiVersion: "iter8.tools/v1alpha1",
      kind: "Experiment",
      metadata: { name },
      spec: {
        targetService: { apiVersion: "v1", name: "web", baseline: "web-v1", candidate },
        trafficControl: { interval: "2s", trafficStepSize: 25, maxTrafficPercentage: 50, maxIterations },
        analysis: {
          successCriteria: [
            { metricName: "iter8_latency", toleranceType: "threshold", tolerance: 200, sampleSize: 5 },
            {
              metricName: "iter8_error_rate",
              toleranceType: "threshold",
              tolerance: 0.05,
              sampleSize: 5,
              stopOnFailure: true,
            },
          ],
        },
        serin: { gracePeriod: "1s" },
      },
    });

  before(async () => {
    await startController();
    fixture = await ControllerFixture.create("cli");
    await fixture.service("web", { "requests-per-second": "100" });
    await fixture.deploy("web", "v1", { "latency-p50-ms": "20" });
    await fixture.deploy("web", "bad", { "latency-p50-ms": "20", "error-rate": "0.5" });
    await fixture.deploy("web", "v2", { "latency-p50-ms": "20" });
    await fixture.untilReady("web-v1", "web-bad", "web-v2");
  });

  it("creates a release and follows it to its end: the exit code tells the verdict", async () => {
    const bad = await serin("create -f - --watch", manifest("bad", "web-bad", 5));
    assert.equal(bad.code, 3, bad.err);
    assert.match(bad.out, /bad: rolledBack, the candidate has 0 %/);
    assert.match(bad.err, / [1-5]\/5 .*iter8_error_rate .* > 0\.05/);
    // What the API server has filled in does not make it another one.
    const again = await serin("create -f -", manifest("bad", "web-bad", 5));
    assert.deepEqual([again.code, again.out], [0, `experiment ${fixture.namespace}/bad unchanged\n`]);
  });

  it("steers a release, and tells what became of it", async () => {
    assert.equal((await serin("create -f -", manifest("steered", "web-v2", 100))).code, 0);
    assert.equal((await serin("wait steered --for started --timeout 30s")).code, 0);
    assert.equal((await serin("pause steered --wait")).code, 0);
    const paused = await serin("list");
    assert.match(paused.out, /steered +Pause/);
    assert.equal((await serin("resume steered --wait")).code, 0);
    assert.equal((await serin("promote steered --wait")).code, 0);
    assert.equal((await serin("wait steered --timeout 30s")).code, 0);
    const { out } = await serin("describe steered");
    for (const part of [/promoted/, /web-v2/, /ExperimentSucceeded/, /Pause/]) assert.match(out, part);
  });

  it("says in one line what is wrong, and with an exit code of its own", async () => {
    const missing = await serin("describe nobody");
    assert.equal(missing.code, 7, missing.err);
    assert.equal(missing.err.trim().split("\n").length, 1, missing.err);
    const late = await serin("rollback steered");
    assert.notEqual(late.code, 0);
    assert.match(late.err, /promoted/);
  });
});
