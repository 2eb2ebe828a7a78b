import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import fc from "fast-check";
import type { CanaryControllerArgs } from "../../../components/canaryController";
import { parseNotifiers } from "../../../adapters/notify/parseNotifiers";
import { Mocks, unknownOutput, valueOf } from "../support/mocks";
import { CanaryController } from "../../../components/canaryController";
import { IMAGE, inPods, make, member, objectsOf, SECRET } from "./make";

const CRD = "CustomResourceDefinition canary-experiments";
const NAMESPACE = "Namespace canary-namespace";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment canary-controller";
const everything = {
  metrics: { slow: { query: "a", sampleSizeQuery: "b" } },
  notifiers: { team: { notifier: "slack", url: "https://hooks.slack.example/secret-path" } },
  serviceMonitor: true,
} satisfies Partial<CanaryControllerArgs>;

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
}

interface Secret {
  readonly [signature: string]: unknown;
  readonly value: unknown;
}

describe("CanaryController", function () {
  this.timeout(30_000);

  it("is the parent of all that it installs, once each", async () => {
    const { mocks } = await make();
    const [component, ...children] = mocks.resources;
    equal([component?.type, component?.name, component?.parent], ["serin:index:CanaryController", "canary", undefined]);
    equal(children.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort(), [
      "ClusterRole canary-controller",
      "ClusterRoleBinding canary-controller",
      CRD,
      "Deployment canary-analytics",
      "Deployment canary-controller",
      NAMESPACE,
      "NetworkPolicy canary-analytics",
      "NetworkPolicy canary-controller",
      "PodDisruptionBudget canary-analytics",
      "PodDisruptionBudget canary-controller",
      "Role canary-controller",
      "RoleBinding canary-controller",
      "Service canary-analytics",
      "Service canary-controller",
      "ServiceAccount canary-analytics",
      "ServiceAccount canary-controller",
    ]);
    equal(
      children.filter(({ parent }) => parent !== "canary"),
      [],
    );
    equal(mocks.warnings, []);
  });

  it("tells where it is, and which version", async () => {
    const { controller } = await make();
    equal(await valueOf(controller.namespace), "iter8");
    equal(await valueOf(controller.version), "0.1.0");
    equal(await valueOf(controller.analyticsUrl), "http://iter8-analytics.iter8:8080");
    equal(await valueOf(controller.prometheusUrl), "http://prometheus.istio-system:9090");
    const other = (await make({ namespace: "a", analytics: false, prometheusUrl: "https://p.example" })).controller;
    equal(await valueOf(other.namespace), "a");
    equal(await valueOf(other.analyticsUrl), undefined);
    equal(await valueOf(other.prometheusUrl), "https://p.example");
  });

  it("starts the controller after all that it needs, so that it is the first to go", async () => {
    const { mocks } = await make(everything);
    const deployment = mocks.resources.find(({ type, name }) => `${type} ${name}` === DEPLOYMENT);
    equal([...new Set(deployment?.waitsFor)].sort(), [
      "ClusterRoleBinding canary-controller",
      "ConfigMap canary-metrics",
      "ConfigMap canary-notifiers",
      CRD,
      NAMESPACE,
      "NetworkPolicy canary-controller",
      "RoleBinding canary-controller",
      "ServiceAccount canary-controller",
    ]);
    const bindings = mocks.resources.filter(({ type }) => type.endsWith("RoleBinding"));
    equal(bindings.length, 2);
    for (const { waitsFor, type } of bindings) {
      const role = type.endsWith(":RoleBinding") ? "Role" : "ClusterRole";
      ok(waitsFor.includes(`${role} canary-controller`), type);
      ok(waitsFor.includes("ServiceAccount canary-controller"), type);
    }
  });

  it("puts all that has a namespace after the namespace", async () => {
    const { mocks } = await make(everything);
    const inside = mocks.resources.filter(({ inputs }) => (inputs["metadata"] as Metadata | undefined)?.namespace);
    equal(inside.length, 15);
    equal(
      inside.filter(({ waitsFor }) => !waitsFor.includes(NAMESPACE)).map(({ name }) => name),
      [],
    );
  });

  it("hands provider, protection and dependencies on", async () => {
    const mocks = await Mocks.start();
    await mocks.run(() => {
      const provider = new k8s.Provider("cluster", {});
      const before = new k8s.core.v1.ConfigMap("before", {});
      return new CanaryController(
        "canary",
        { image: IMAGE, ...everything },
        { provider, protect: true, dependsOn: [before] },
      );
    });
    const children = mocks.resources.filter(({ parent }) => parent === "canary");
    equal(children.length, 19);
    for (const { type, name, provider, protect, dependsOn } of children) {
      match(provider, /::cluster::/, `${type} ${name}`);
      equal([protect, dependsOn.includes("before")], [true, true], `${type} ${name}`);
    }
  });

  it("keeps the type and its records, if asked to, or leaves it to others", async () => {
    const retained = async (crd: CanaryControllerArgs["crd"]) =>
      (await make({ crd })).mocks.resources
        .filter(({ name }) => name === "canary-experiments")
        .map(({ retainOnDelete }) => retainOnDelete);
    equal(await retained("installed"), [false]);
    equal(await retained("kept"), [true]);
    equal(await retained("absent"), []);
  });

  it("has no rights outside of the one namespace that it looks after", async () => {
    const made = await make({ watchNamespace: "shop" });
    const kinds = [...objectsOf(made).keys()];
    equal(
      kinds.filter((name) => name.startsWith("ClusterRole")),
      [],
    );
    equal(member(made, "Role serin-controller", "metadata", "namespace"), "shop");
    equal((inPods(made, "serin-controller", "containers", 0, "args") as string[])[1], "--namespace=shop");
    equal(await valueOf(made.controller.namespace), "shop");
    equal(
      (await make({ watchNamespace: "shop", namespace: "shop" })).mocks.resources.length,
      made.mocks.resources.length,
    );
  });

  it("keeps the channels of notifications secret, as the controller reads them", async () => {
    const { mocks } = await make({
      notifiers: {
        team: { ...everything.notifiers.team, level: "error", labels: { tier: "1.0" } },
        audit: { notifier: "webhook", url: "http://audit.example", headers: { "X-Token": "abc" } },
      },
    });
    const { metadata, data } = mocks.named("canary-notifiers").inputs as { metadata: Metadata; data: Secret };
    equal([metadata.name, metadata.namespace], ["iter8config-notifiers", "iter8"]);
    equal(data["4dabf18193072939515e22adb298388d"], SECRET);
    const { channels, faults } = parseNotifiers(data.value as Record<string, string>);
    equal(faults, []);
    equal(
      channels.map(({ name, notifier, level, labels }) => ({ name, notifier, level, labels })),
      [
        { name: "audit", notifier: "webhook", level: "normal", labels: {} },
        { name: "team", notifier: "slack", level: "error", labels: { tier: "1.0" } },
      ],
    );
    equal(
      JSON.stringify(mocks.resources.filter(({ name }) => name !== "canary-notifiers")).includes("secret-path"),
      false,
    );
  });

  it("changes only the pods with another version", async () => {
    const [before, after] = [await textsOf("serin:0.1.0"), await textsOf("serin:0.2.0")];
    const changed = [...before].filter(([name, text]) => after.get(name) !== text).map(([name]) => name);
    equal(changed.sort(), ["Deployment iter8-analytics", "Deployment serin-controller"]);
  });

  it("shows a preview of what is not known yet, without a complaint", async () => {
    const labels = unknownOutput<Record<string, string>>();
    const args: CanaryControllerArgs = {
      image: unknownOutput<string>(),
      imagePullSecrets: unknownOutput<string[]>(),
      namespace: unknownOutput<string>(),
      replicas: unknownOutput<number>(),
      prometheusUrl: unknownOutput<string>(),
      concurrency: unknownOutput<number>(),
      eventsPerSecond: unknownOutput<number>(),
      logLevel: unknownOutput<"info">(),
      resources: { limits: unknownOutput<Record<string, string>>() },
      placement: { nodeSelector: labels },
      analytics: { replicas: unknownOutput<number>() },
      notifiers: { team: { notifier: "slack", url: unknownOutput<string>(), labels } },
      serviceMonitor: { labels, interval: unknownOutput<string>() },
    };
    const { mocks, controller } = await make(args, undefined, { preview: true });
    equal([mocks.warnings, mocks.resources.length], [[], 19]);
    equal(JSON.stringify(mocks.resources.map(({ inputs }) => inputs)).includes("Calling"), false);
    equal(await valueOf(controller.namespace), undefined);
  });

  it("renders, whatever valid arguments there are", async () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
    const tag = fc.stringMatching(/^\w[\w.-]{0,80}$/);
    const args = fc.record(
      {
        image: tag.map((text) => `registry.example:5000/serin:${text}`),
        namespace: name,
        createNamespace: fc.boolean(),
        crd: fc.constantFrom("installed", "kept", "absent"),
        replicas: fc.integer({ min: 1, max: 5 }),
        concurrency: fc.integer({ min: 2, max: 1000 }),
        analytics: fc.oneof(
          fc.boolean(),
          fc.record({ replicas: fc.integer({ min: 1, max: 20 }) }, { requiredKeys: [] }),
        ),
        networkPolicy: fc.oneof(fc.boolean(), fc.record({ prometheusNamespaces: fc.tuple(name) })),
        serviceMonitor: fc.oneof(fc.boolean(), fc.record({ interval: fc.constantFrom("10s", "1m") })),
      },
      { requiredKeys: ["image"] },
    );
    await fc.assert(
      fc.asyncProperty(args, async (given) => {
        const made = await make(given);
        const namespace = given.namespace ?? "iter8";
        for (const [object, { metadata }] of objectsOf(made)) {
          ok(metadata.namespace === undefined || metadata.namespace === namespace, object);
        }
        const pods = ["spec", "template", "metadata", "labels", "app.kubernetes.io/version"];
        match(
          member(made, "Deployment serin-controller", ...pods) as string,
          /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$|^$/,
        );
        const least = (given.replicas ?? 2) > 1 ? 1 : 0;
        equal(member(made, "PodDisruptionBudget serin-controller", "spec", "minAvailable"), least);
        equal(made.mocks.warnings, []);
      }),
      { numRuns: 10 },
    );
  });
});

/** The objects with an image, as texts. */
async function textsOf(image: string): Promise<Map<string, string>> {
  const objects = objectsOf(await make({ ...everything, image }));
  return new Map([...objects].map(([name, object]) => [name, JSON.stringify(object)]));
}
