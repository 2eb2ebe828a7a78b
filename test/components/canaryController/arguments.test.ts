import { deepStrictEqual as equal } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { CanaryControllerArgs } from "../../../components/canaryController";
import { run } from "../../../cli/program";
import { type Made, inPods, make, member, objectsOf } from "./make";

const CONTROLLER = "Deployment serin-controller";
const ANALYTICS = "Deployment iter8-analytics";
const PROMETHEUS = "--prometheus-url=http://prometheus.istio-system:9090";
const reserved = { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } };
const more = { requests: { cpu: "200m" }, limits: { memory: "1Gi" } };
const placement = {
  nodeSelector: { pool: "platform" },
  tolerations: [{ key: "platform", operator: "Exists" }],
  priorityClassName: "high",
};

type Program = "serin-controller" | "iter8-analytics";

const argsOf = (made: Made, program: Program): unknown => inPods(made, program, "containers", 0, "args");
const resourcesOf = (made: Made, program: Program): unknown => inPods(made, program, "containers", 0, "resources");
const names = (made: Made, kind: string): string[] =>
  [...objectsOf(made).keys()].filter((name) => name.startsWith(`${kind} `)).sort();
const portsTo = (made: Made, index: number): unknown =>
  member(made, "NetworkPolicy serin-controller", "spec", "egress", index, "ports");

/** What an argument does: what is looked at, and what is expected to be there. */
const effects: readonly [string, Partial<CanaryControllerArgs>, (made: Made) => unknown, unknown][] = [
  [
    "image",
    { image: "registry.example:5000/serin:1.2.3" },
    (made) => [
      ...(["serin-controller", "iter8-analytics"] as const).map((program) =>
        inPods(made, program, "containers", 0, "image"),
      ),
      member(made, CONTROLLER, "spec", "template", "metadata", "labels", "app.kubernetes.io/version"),
    ],
    ["registry.example:5000/serin:1.2.3", "registry.example:5000/serin:1.2.3", "1.2.3"],
  ],
  [
    "image (whose tag is no label)",
    { image: "serin:_edge-" },
    (made) => member(made, CONTROLLER, "spec", "template", "metadata", "labels", "app.kubernetes.io/version"),
    "edge",
  ],
  [
    "imagePullSecrets",
    { imagePullSecrets: [pulumi.output("registry"), "mirror"] },
    (made) => [
      inPods(made, "serin-controller", "imagePullSecrets"),
      inPods(made, "iter8-analytics", "imagePullSecrets"),
    ],
    [
      [{ name: "registry" }, { name: "mirror" }],
      [{ name: "registry" }, { name: "mirror" }],
    ],
  ],
  [
    "namespace",
    { namespace: pulumi.output("platform") },
    (made) => [...objectsOf(made)].map(([, { metadata }]) => metadata.namespace ?? "").filter(Boolean),
    Array.from({ length: 12 }, () => "platform"),
  ],
  ["createNamespace", { createNamespace: false }, (made) => names(made, "Namespace"), []],
  ["replicas", { replicas: 3 }, (made) => member(made, CONTROLLER, "spec", "replicas"), 3],
  [
    "replicas (one, which may be drained)",
    { replicas: 1 },
    (made) => member(made, "PodDisruptionBudget serin-controller", "spec", "minAvailable"),
    0,
  ],
  [
    "prometheusUrl",
    { prometheusUrl: "http://prometheus.monitoring" },
    (made) => [argsOf(made, "serin-controller"), argsOf(made, "iter8-analytics"), portsTo(made, 2)],
    [
      ["controller", "--prometheus-url=http://prometheus.monitoring"],
      ["analytics", "--prometheus-url=http://prometheus.monitoring"],
      [{ port: 80 }],
    ],
  ],
  [
    "prometheusUrl (https)",
    { prometheusUrl: "https://prometheus.example/a" },
    (made) => portsTo(made, 2),
    [{ port: 443 }],
  ],
  [
    "concurrency",
    { concurrency: 48 },
    (made) => argsOf(made, "serin-controller"),
    ["controller", PROMETHEUS, "--concurrency=48"],
  ],
  [
    "eventsPerSecond",
    { eventsPerSecond: pulumi.output(50) },
    (made) => argsOf(made, "serin-controller"),
    ["controller", PROMETHEUS, "--events-per-second=50"],
  ],
  [
    "logLevel",
    { logLevel: "debug" },
    (made) => [argsOf(made, "serin-controller"), argsOf(made, "iter8-analytics")],
    [
      ["controller", PROMETHEUS, "--log-level=debug"],
      ["analytics", PROMETHEUS, "--log-level=debug"],
    ],
  ],
  [
    "resources",
    { resources: more },
    (made) => [resourcesOf(made, "serin-controller"), resourcesOf(made, "iter8-analytics")],
    [more, reserved],
  ],
  [
    "placement",
    { placement },
    (made) =>
      (["serin-controller", "iter8-analytics"] as const).map((program) =>
        Object.keys(placement).map((field) => inPods(made, program, field)),
      ),
    [Object.values(placement), Object.values(placement)],
  ],
  [
    "analytics (left out)",
    { analytics: false },
    (made) => [...objectsOf(made).keys()].filter((name) => name.includes("analytics")),
    [],
  ],
  [
    "analytics.replicas",
    { analytics: { replicas: pulumi.output(5) } },
    (made) => [member(made, ANALYTICS, "spec", "replicas"), resourcesOf(made, "iter8-analytics")],
    [5, reserved],
  ],
  [
    "analytics.resources",
    { analytics: { resources: { limits: { memory: pulumi.output("1Gi") } } } },
    (made) => [
      member(made, ANALYTICS, "spec", "replicas"),
      resourcesOf(made, "iter8-analytics"),
      resourcesOf(made, "serin-controller"),
    ],
    [2, { limits: { memory: "1Gi" } }, reserved],
  ],
  [
    "metrics",
    { metrics: { slow: { query: "a", sampleSizeQuery: "b" } } },
    (made) => [
      member(made, "ConfigMap iter8config-metrics", "metadata", "namespace"),
      Object.keys(member(made, "ConfigMap iter8config-metrics", "data") as object),
    ],
    ["iter8", ["metrics", "query_templates"]],
  ],
  ["networkPolicy (left out)", { networkPolicy: false }, (made) => names(made, "NetworkPolicy"), []],
  [
    "networkPolicy.apiServerPorts",
    { networkPolicy: { apiServerPorts: [8443] } },
    (made) => portsTo(made, 1),
    [{ port: 8443 }],
  ],
  [
    "networkPolicy.prometheusNamespaces",
    { networkPolicy: { prometheusNamespaces: ["observability"] } },
    (made) => {
      const text = JSON.stringify([
        member(made, "NetworkPolicy serin-controller", "spec"),
        member(made, "NetworkPolicy iter8-analytics", "spec"),
      ]);
      return [text.split('"values":["observability"]').length - 1, text.includes("istio-system"), portsTo(made, 1)];
    },
    [4, false, [{ port: 443 }, { port: 6443 }]],
  ],
  [
    "serviceMonitor",
    { serviceMonitor: true },
    (made) => member(made, "ServiceMonitor serin-controller", "spec"),
    {
      selector: { matchLabels: { "app.kubernetes.io/name": "serin", "app.kubernetes.io/component": "controller" } },
      endpoints: [{ port: "http-metrics", interval: "15s", path: "/metrics" }],
    },
  ],
  [
    "serviceMonitor.labels and its interval",
    { serviceMonitor: { labels: { release: "operator" }, interval: pulumi.output("1m") } },
    (made) => [
      member(made, "ServiceMonitor serin-controller", "metadata", "labels"),
      member(made, "ServiceMonitor serin-controller", "spec", "endpoints", 0, "interval"),
    ],
    [
      {
        "app.kubernetes.io/name": "serin",
        "app.kubernetes.io/component": "controller",
        "app.kubernetes.io/part-of": "serin",
        release: "operator",
      },
      "1m",
    ],
  ],
];

describe("the arguments of CanaryController", function () {
  this.timeout(30_000);

  for (const [name, args, look, expected] of effects) {
    it(`have an effect: ${name}`, async () => equal(look(await make(args)), expected));
  }

  it("become options of the commands that there are", async () => {
    const made = await make({ watchNamespace: "a", concurrency: 2, eventsPerSecond: 2, logLevel: "warn" });
    for (const program of ["serin-controller", "iter8-analytics"] as const) {
      const [command = "", ...options] = argsOf(made, program) as string[];
      let help = "";
      const out = { isTerminal: false, write: (text: string) => void (help += text) };
      equal(await run([command, "--help"], { out, err: out }), 0);
      const unknown = options.filter((option) => !help.includes(`${option.split("=")[0]} <`));
      equal([options.length > 1, unknown], [true, []], command);
    }
  });
});
