import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CanaryRelease } from "../../components";
import * as build from "../../components/build";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly custom: boolean | undefined;
}

const OUTPUTS = {
  verdict: "rolledBack",
  reason: "iter8_latency is over its limit.",
  stableVersion: "reviews-v1",
  candidateVersion: "reviews-v2",
  weights: { "reviews-v1": 100 },
  iterations: 3,
};

const ARGS = {
  service: "reviews",
  baseline: "reviews-v1",
  candidate: "reviews-v2",
  criteria: [{ metric: "iter8_latency", threshold: 200 }],
  kubeconfig: "apiVersion: v1",
};

const TYPE = "pulumi-nodejs:dynamic";

describe("CanaryRelease", function () {
  this.timeout(30_000);
  const registered: Registered[] = [];
  const { assertBuilt } = build;

  // Whether the checkout is built has tests of its own.
  before(() => void Object.assign(build, { assertBuilt: () => undefined }));
  after(() => void Object.assign(build, { assertBuilt }));

  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs, custom }) => {
        registered.push({ type, name, inputs, custom });
        const isRelease = type === `${TYPE}/serin:CanaryRelease`;
        return { id: custom === false ? undefined : `${name}-id`, state: { ...inputs, ...(isRelease ? OUTPUTS : {}) } };
      },
      call: () => ({}),
    });
  });

  beforeEach(() => void registered.splice(0));

  /** The value of an output, once it is known. */
  function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply((value) => void resolve(value as T)));
  }

  async function settled(): Promise<Registered[]> {
    for (let i = 0; i < 200 && registered.length < 4; i += 1) await new Promise(setImmediate);
    return registered;
  }

  function inputsOf(type: string): Record<string, unknown> {
    const { __provider, ...inputs } = registered.find((one) => one.type === type)?.inputs ?? {};
    ok(type.startsWith("serin:") || typeof __provider === "string");
    return inputs;
  }

  it("is a component of three resources: guard, release and gate", async () => {
    const release = new CanaryRelease("reviews", { ...ARGS, onRollback: "report" });
    await valueOf(release.verdict);
    await settled();
    deepStrictEqual(
      registered.map(({ type, name }) => [type, name]),
      [
        ["serin:index:CanaryRelease", "reviews"],
        [`${TYPE}/serin:CanaryGuard`, "reviews-guard"],
        [`${TYPE}/serin:CanaryRelease`, "reviews"],
        [`${TYPE}/serin:CanaryGate`, "reviews-gate"],
      ],
    );
  });

  it("hands the settings to guard and release, and what became of it to the gate", async () => {
    const release = new CanaryRelease("reviews", { ...ARGS, onRollback: "report" });
    await valueOf(release.verdict);
    await settled();
    deepStrictEqual(inputsOf(`${TYPE}/serin:CanaryGuard`), { ...ARGS, preview: pulumi.runtime.isDryRun() });
    deepStrictEqual(inputsOf(`${TYPE}/serin:CanaryRelease`), ARGS);
    const { verdict, reason, candidateVersion, stableVersion } = OUTPUTS;
    deepStrictEqual(inputsOf(`${TYPE}/serin:CanaryGate`), {
      verdict,
      reason,
      candidateVersion,
      stableVersion,
      onRollback: "report",
    });
  });

  it("makes `pulumi up` fail after a rollback unless told otherwise", async () => {
    await valueOf(new CanaryRelease("reviews", ARGS).verdict);
    await settled();
    strictEqual(inputsOf(`${TYPE}/serin:CanaryGate`)["onRollback"], "fail");
  });

  it("has the release's outputs", async () => {
    const release = new CanaryRelease("reviews", ARGS);
    strictEqual(await valueOf(release.verdict), "rolledBack");
    strictEqual(await valueOf(release.reason), OUTPUTS.reason);
    strictEqual(await valueOf(release.stableVersion), "reviews-v1");
    strictEqual(await valueOf(release.candidateVersion), "reviews-v2");
    deepStrictEqual(await valueOf(release.weights), OUTPUTS.weights);
    strictEqual(await valueOf(release.iterations), 3);
    strictEqual(await valueOf(release.winner), undefined);
  });
});
