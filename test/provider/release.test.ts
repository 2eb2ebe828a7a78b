import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { VIRTUAL_SERVICES, type VirtualService } from "../../adapters/istio/rules";
import type { Deployment } from "../../adapters/kubernetes/deployments";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { DEPLOYMENTS, EXPERIMENTS, SERVICES } from "../../adapters/kubernetes/paths";
import { release } from "../../provider/release";
import { parseInputs } from "../../provider/validation";
import {
  deployment,
  NAMESPACE,
  RULE,
  service,
  SERVICE,
  versionLabels,
  virtualService,
  weightsOf,
} from "../support/objects";
import type { Call } from "../support/fakeKubernetes";
import { inputs, nameOf, settings, Stage } from "./stage";

describe("release of a workload", () => {
  let stage: Stage;
  beforeEach(() => (stage = new Stage()));
  afterEach(() => stage.close());

  it("deploys the first version: Service, Deployment, and a route to it", async () => {
    const outputs = await stage.release(inputs("reviews:v1"));
    strictEqual(outputs.verdict, "promoted");
    strictEqual(outputs.stableVersion, nameOf("reviews:v1"));
    strictEqual(outputs.iterations, 0);
    strictEqual(outputs.experiment, undefined);
    match(outputs.reason, /First deployment of reviews: there was no baseline/);
    deepStrictEqual(outputs.weights, { [nameOf("reviews:v1")]: 100 });
    strictEqual(await stage.serving(), nameOf("reviews:v1"));
    ok(stage.api.peek(SERVICES, NAMESPACE, SERVICE));
    deepStrictEqual(stage.experiments, []);
  });

  it("waits for its subsets as long as is asked for, and hands that on to whoever drives", async () => {
    const { clock } = stage;
    const start = clock.now();
    await stage.release(inputs("reviews:v1", { propagation: "20s" }));
    strictEqual(clock.now() - start, 20_000);
    await stage.releaseUntil(inputs("reviews:v2", { propagation: "0s" }), () => stage.share === 20);
    strictEqual(stage.experiments[0]?.spec.serin?.propagation, "0s");
  });

  it("promotes a good candidate and removes the baseline", async () => {
    await stage.release(inputs("reviews:v1"));
    const outputs = await stage.release(inputs("reviews:v2"));
    const [v1, v2] = [nameOf("reviews:v1"), nameOf("reviews:v2")];
    strictEqual(outputs.verdict, "promoted");
    deepStrictEqual(
      [outputs.winner, outputs.stableVersion, outputs.candidateVersion, outputs.iterations],
      [v2, v2, v2, 3],
    );
    deepStrictEqual(outputs.weights, { [v2]: 100 });
    strictEqual(await stage.serving(), v2);
    deepStrictEqual(stage.deployments, [v2]);
    ok(!stage.deployments.includes(v1));
    const [seen] = outputs.assessment;
    deepStrictEqual(
      [seen?.metric, seen?.candidate, seen?.limit, seen?.met, seen?.unit],
      ["iter8_latency", 100, 200, true, "ms"],
    );
    ok((seen?.samples ?? 0) >= 1000);
  });

  it("rolls a bad candidate back and removes it", async () => {
    await stage.release(inputs("reviews:v1"));
    const outputs = await stage.release(inputs("reviews:bad"));
    strictEqual(outputs.verdict, "rolledBack");
    strictEqual(outputs.stableVersion, nameOf("reviews:v1"));
    strictEqual(outputs.candidateVersion, nameOf("reviews:bad"));
    match(outputs.reason, /iter8_latency of the candidate is 300 ms, over the limit of 200 ms/);
    deepStrictEqual(outputs.weights, { [nameOf("reviews:v1")]: 100 });
    deepStrictEqual(stage.deployments, [nameOf("reviews:v1")]);
    strictEqual(await stage.serving(), nameOf("reviews:v1"));
  });

  it("does not try the same candidate again, says so, and writes nothing", async () => {
    await stage.release(inputs("reviews:v1"));
    const first = await stage.release(inputs("reviews:bad"));
    const { length } = stage.api.writes;
    const again = await stage.release(inputs("reviews:bad"), false);
    deepStrictEqual(again, first);
    deepStrictEqual(stage.api.writes.slice(length), []);
    match(
      stage.lines.at(-1) ?? "",
      /is not tried again: it ended as rolledBack \(.*\) Change the template or 'attempt' to try again/,
    );
  });

  it("writes nothing when the stable version is unchanged", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.release(inputs("reviews:v2"));
    const versions = stage.api.all<Deployment>(DEPLOYMENTS).map(({ metadata }) => metadata.resourceVersion);
    const rule = virtualService(stage.api);
    const outputs = await stage.release(inputs("reviews:v2"), false);
    strictEqual(outputs.verdict, "promoted");
    deepStrictEqual(
      stage.api.all<Deployment>(DEPLOYMENTS).map(({ metadata }) => metadata.resourceVersion),
      versions,
    );
    deepStrictEqual(virtualService(stage.api), rule);
  });

  it("tries a changed template, and a new attempt of the same", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.release(inputs("reviews:bad"));
    strictEqual((await stage.release(inputs("reviews:bad", { attempt: "2" }))).verdict, "rolledBack");
    strictEqual(stage.experiments.length, 2);
    strictEqual((await stage.release(inputs("reviews:v2"))).verdict, "promoted");
    strictEqual(stage.experiments.length, 3);
    strictEqual(await stage.serving(), nameOf("reviews:v2"));
  });

  it("tries a candidate again that was asked for after another", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.release(inputs("reviews:bad"));
    await stage.release(inputs("reviews:v1"));
    strictEqual(await stage.serving(), nameOf("reviews:v1"));
    const outputs = await stage.release(inputs("reviews:bad"));
    strictEqual(outputs.verdict, "rolledBack");
    ok(outputs.startedAt && Date.parse(outputs.startedAt) > stage.clock.now() - 60_000, "it is a new try");
  });

  it("goes back to an earlier version by a release of it", async () => {
    for (const image of ["reviews:v1", "reviews:v2", "reviews:v1"]) {
      strictEqual((await stage.release(inputs(image))).verdict, "promoted");
      strictEqual(await stage.serving(), nameOf(image));
      deepStrictEqual(stage.deployments, [nameOf(image)]);
    }
  });

  it("is not held up by a stable version that cannot serve", async () => {
    const first = stage.release(inputs("reviews:broken"));
    await rejects(first, /Deployment .* is not Ready after 1m0?s? ?\(0 of 1 pods\); it gets no traffic/);
    const outputs = await stage.release(inputs("reviews:v2"));
    strictEqual(outputs.verdict, "promoted");
    match(outputs.reason, /had no Ready pod to compare/);
    strictEqual(await stage.serving(), nameOf("reviews:v2"));
    deepStrictEqual(stage.deployments, [nameOf("reviews:v2")]);
  });

  it("rolls back a candidate that never gets Ready, without one request", async () => {
    await stage.release(inputs("reviews:v1"));
    const weights: unknown[] = [];
    stage.api.onWrite(() => weights.push(weightsOf(virtualService(stage.api))["candidate"] ?? 0));
    const outputs = await stage.release(inputs("reviews:broken"));
    strictEqual(outputs.verdict, "rolledBack");
    strictEqual(outputs.iterations, 0);
    ok(weights.every((weight) => weight === 0));
    deepStrictEqual(stage.deployments, [nameOf("reviews:v1")]);
  });

  it("puts the guard up before the candidate's Deployment", async () => {
    await stage.release(inputs("reviews:v1"));
    stage.api.drop(VIRTUAL_SERVICES, NAMESPACE, RULE);
    const { length } = stage.api.writes;
    await stage.release(inputs("reviews:v2"));
    const kinds = stage.api.writes.slice(length).map(({ kind }) => kind);
    ok(kinds.indexOf("virtualservices") < kinds.indexOf("deployments"), kinds.slice(0, 8).join());
    ok(kinds.indexOf("deployments") < kinds.indexOf("experiments"), kinds.slice(0, 8).join());
  });

  it("ends a cut-off release of another candidate first, and removes that candidate", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.releaseUntil(inputs("reviews:v2"), () => stage.share === 40);
    const outputs = await stage.release(inputs("reviews:v3"));
    strictEqual(outputs.verdict, "promoted");
    strictEqual(outputs.candidateVersion, nameOf("reviews:v3"));
    deepStrictEqual(stage.deployments, [nameOf("reviews:v3")]);
    deepStrictEqual(
      stage.experiments.map(({ spec }) => spec.targetService.baseline),
      [nameOf("reviews:v1")],
    );
  });

  it("goes back to the stable version from a cut-off release", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.releaseUntil(inputs("reviews:bad"), () => stage.share === 20);
    const outputs = await stage.release(inputs("reviews:v1"));
    strictEqual(outputs.stableVersion, nameOf("reviews:v1"));
    strictEqual(await stage.serving(), nameOf("reviews:v1"));
    deepStrictEqual(stage.deployments, [nameOf("reviews:v1")]);
    deepStrictEqual(stage.experiments, []);
  });

  it("puts right a route that was changed since, and reports the shares there are", async () => {
    await stage.release(inputs("reviews:v1"));
    await stage.release(inputs("reviews:bad"));
    stage.api.edit<VirtualService>(VIRTUAL_SERVICES, NAMESPACE, RULE, (rule) => ({
      ...rule,
      spec: { ...rule.spec, http: [{ route: [{ destination: { host: SERVICE } }] }] },
    }));
    const outputs = await stage.release(inputs("reviews:bad"), false);
    deepStrictEqual(weightsOf(virtualService(stage.api)), { stable: 100 });
    deepStrictEqual(outputs.weights, { [nameOf("reviews:v1")]: 100 });
  });

  it("keeps the last split, and both versions, where that is asked for", async () => {
    await stage.release(inputs("reviews:v1"));
    const both = inputs("reviews:v2", {
      traffic: {
        strategy: "check_and_increment",
        interval: "3s",
        step: 20,
        maxWeight: 50,
        maxIterations: 3,
        onSuccess: "both",
      },
    });
    const outputs = await stage.release(both);
    strictEqual(outputs.verdict, "promoted");
    strictEqual(outputs.winner, undefined);
    deepStrictEqual(outputs.weights, { [nameOf("reviews:v1")]: 50, [nameOf("reviews:v2")]: 50 });
    strictEqual(stage.deployments.length, 2);
  });

  it("goes on with its experiment although the answer to its creation was lost", async () => {
    await stage.release(inputs("reviews:v1"));
    const lost = (call: Call) => {
      if (call.verb === "create" && call.kind === "experiments") throw new KubernetesError(409, "it exists already");
    };
    const client = stage.api.client({ after: lost });
    const outputs = await stage.clock.run(release(client, inputs("reviews:v2"), true, () => undefined));
    strictEqual(outputs.verdict, "promoted");
  });

  it("has no more than ten ended experiments stay", async () => {
    await stage.release(inputs("reviews:v1"));
    for (let i = 0; i < 14; i += 1) await stage.release(inputs(`reviews:bad${i}`));
    strictEqual(stage.experiments.length, 11);
  });

  it("fails when somebody deletes its experiment, traffic on the baseline", async () => {
    await stage.release(inputs("reviews:v1"));
    const released = stage.release(inputs("reviews:v2"));
    stage.api.onWrite(({ kind, verb }) => {
      const [one] = stage.experiments;
      if (kind === "virtualservices" && verb === "apply" && stage.share === 20 && one) {
        void stage.api.client().delete(EXPERIMENTS, NAMESPACE, one.metadata.name);
      }
    });
    await rejects(released, /was deleted while it ran; all traffic is on the baseline/);
    strictEqual(await stage.serving(), nameOf("reviews:v1"));
  });
});

describe("release of two Deployments", () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
    stage.api.put(SERVICES, service());
    stage.api.put(DEPLOYMENTS, deployment("one", versionLabels("v1")));
    stage.api.put(DEPLOYMENTS, deployment("two", versionLabels("v2")));
  });
  afterEach(() => stage.close());

  const given = (more: object = {}) => {
    return parseInputs({ ...settings("reviews:v1"), workload: undefined, baseline: "one", candidate: "two", ...more });
  };

  it("promotes the candidate and leaves both Deployments alone", async () => {
    const outputs = await stage.release(given());
    deepStrictEqual([outputs.verdict, outputs.winner], ["promoted", "two"]);
    deepStrictEqual(stage.deployments, ["one", "two"]);
    strictEqual(await stage.serving(), "two");
    deepStrictEqual(await stage.release(given(), false), outputs);
  });

  it("removes the loser where that is asked for", async () => {
    await stage.release(given({ removeLoser: true }));
    deepStrictEqual(stage.deployments, ["two"]);
  });

  it("refuses a baseline that does not serve now", async () => {
    await stage.release(given());
    stage.api.put(DEPLOYMENTS, deployment("three", versionLabels("v3")));
    const { length } = stage.api.writes;
    const refused = stage.release(given({ candidate: "three" }));
    await rejects(
      refused,
      /'baseline' \(one\) does not serve now: the route leads to pods with app=reviews,version=v2/,
    );
    ok(stage.api.writes.slice(length).every(({ kind }) => kind === "experiments"));
    strictEqual(await stage.serving(), "two");
  });
});
