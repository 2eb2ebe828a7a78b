import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { VirtualService } from "../../adapters/istio/rules";
import { targetState, type Deployment } from "../../adapters/kubernetes/deployments";
import { driverOf, stateOf } from "../../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import {
  deploymentDiffers,
  ruleDiffers,
  trimDeployment,
  trimExperiment,
  trimService,
} from "../../controller/collections";
import { experiment } from "../driver/simulation";
import { deployment, service } from "../support/objects";

const labels = { app: "cart", version: "v1" };

/** An object with much that nobody looks at. */
function stuffed<T extends { readonly metadata: object }>(object: T): T {
  const noise = { annotations: { blob: "x".repeat(1000) }, labels: { x: "y" }, resourceVersion: "7", uid: "u" };
  return { ...object, metadata: { ...object.metadata, ...noise } };
}

describe("what is kept of objects", () => {
  it("is of a Deployment what tells how far it has come, and its pods' labels", () => {
    const full = stuffed({ ...deployment("cart-v1", labels), extra: "x" });
    const kept = trimDeployment(full);
    deepStrictEqual(Object.keys(kept), ["metadata", "spec", "status"]);
    strictEqual(targetState(kept), targetState(full));
    deepStrictEqual(kept.spec.template.metadata?.labels, labels);
    strictEqual(kept.metadata.resourceVersion, "7", "writes are conditional on it");
    strictEqual(kept.metadata.annotations, undefined);
    strictEqual(JSON.stringify(kept).includes("xxx"), false);
  });

  it("is of a Deployment that has just been made no more than it has", () => {
    const fresh: Deployment = { ...deployment("cart-v1", labels), status: undefined };
    strictEqual(targetState(trimDeployment(fresh)), "down");
    const deleted = { ...fresh, metadata: { ...fresh.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" } };
    strictEqual(targetState(trimDeployment(deleted)), "missing");
  });

  it("is of a Service its selector", () => {
    const kept = trimService(stuffed(service()));
    deepStrictEqual(kept, {
      metadata: { name: "reviews", namespace: "default", resourceVersion: "7" },
      spec: { selector: { app: "reviews" } },
    });
  });

  it("is everything of an experiment that runs, and of one that is over what is needed to let it go", () => {
    const serin = { stage: "iterating", createdAt: "2030-01-01T00:00:00.000Z", reason: "held" } as const;
    const running = stuffed<ExperimentResource>({ ...experiment({}), status: { serin } });
    strictEqual(trimExperiment(running), running);
    const history = Array.from({ length: 50 }, () => ({ reason: "x".repeat(1000) })) as never;
    const over = { ...running, status: { serin: { ...serin, stage: "ended" as const, history } } };
    const kept = trimExperiment(over);
    strictEqual(stateOf(kept, { criteria: [] }, 0).stage, "ended");
    strictEqual(driverOf(kept), driverOf(over));
    deepStrictEqual(kept.metadata.finalizers, over.metadata.finalizers);
    deepStrictEqual(kept.spec.targetService, over.spec.targetService, "by it the next one's turn is told");
    strictEqual(JSON.stringify(kept).length < 800, true);
  });
});

describe("which changes matter to a release", () => {
  const before = deployment("cart-v1", labels);
  const deployments: readonly (readonly [what: string, matters: boolean, now: Deployment | undefined])[] = [
    ["nothing", false, deployment("cart-v1", labels)],
    ["annotations", false, stuffed(before)],
    ["a replica more, all Ready", false, deployment("cart-v1", labels, 2, 2)],
    ["no Ready pod", true, deployment("cart-v1", labels, 0)],
    ["some pods not Ready", true, deployment("cart-v1", labels, 1, 2)],
    ["the pods' labels", true, deployment("cart-v1", { ...labels, version: "v9" })],
    ["its deletion", true, { ...before, metadata: { ...before.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" } }],
    ["its end", true, undefined],
  ];
  for (const [what, matters, now] of deployments) {
    it(`of a Deployment: ${what} ${matters ? "does" : "does not"}`, () => {
      strictEqual(deploymentDiffers(now, before), matters);
      strictEqual(deploymentDiffers(before, now), matters);
    });
  }

  const rule: VirtualService = {
    metadata: { name: "r", namespace: "n", labels: { a: "1" }, annotations: { b: "2" }, resourceVersion: "1" },
    spec: { hosts: ["cart"], http: [{ route: [{ destination: { host: "cart" } }] }] },
  };
  const rules: readonly (readonly [what: string, matters: boolean, now: VirtualService | undefined])[] = [
    ["its resourceVersion", false, { ...rule, metadata: { ...rule.metadata, resourceVersion: "2" } }],
    ["a status", false, { ...rule, status: {} } as VirtualService],
    ["a label", true, { ...rule, metadata: { ...rule.metadata, labels: {} } }],
    ["an annotation", true, { ...rule, metadata: { ...rule.metadata, annotations: {} } }],
    ["its spec", true, { ...rule, spec: { ...rule.spec, hosts: ["other"] } }],
    ["its end", true, undefined],
  ];
  for (const [what, matters, now] of rules) {
    it(`of a rule: ${what} ${matters ? "does" : "does not"}`, () => {
      strictEqual(ruleDiffers(now, rule), matters);
      strictEqual(ruleDiffers(rule, now), matters);
    });
  }
});
