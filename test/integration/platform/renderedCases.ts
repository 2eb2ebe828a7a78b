import type * as pulumi from "@pulumi/pulumi";
import { CanaryController, CanaryNamespace, Istio, Prometheus, Tekton } from "../../../components";
import type { PlatformTool } from "../../../sandbox/toolchain/tools";

/** The path of what the platform is installed from. */
export type Sources = Readonly<Record<PlatformTool, string>>;

/** A component with some arguments. */
export interface Case {
  readonly name: string;
  readonly make: (sources: Sources) => pulumi.ComponentResource;
  /** What has pods, as `Kind name`; so that no pod is left out unseen. */
  readonly pods: readonly string[];
}

const image = "registry.example/serin:0.1.0";
const placement = {
  nodeSelector: { pool: "platform" },
  tolerations: [{ key: "platform", operator: "Exists", effect: "NoSchedule" }],
  priorityClassName: "system-cluster-critical",
};
const resources = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } };
const autoscaling = { minReplicas: 3, maxReplicas: 9, targetCpu: 70 };
const metrics = {
  slow: { query: "a", sampleSizeQuery: "b" },
  errors: { query: "a", sampleSizeQuery: "b", kind: "ratio", totalQuery: "c", partQuery: "d", unit: "%" },
} as const;

const controller: readonly Case[] = [
  {
    name: "CanaryController by default",
    make: () => new CanaryController("canary", { image }),
    pods: ["Deployment serin-controller", "Deployment iter8-analytics"],
  },
  {
    name: "CanaryController with everything",
    make: () =>
      new CanaryController("canary", {
        image: `${image}@sha256:${"0123456789abcdef".repeat(4)}`,
        imagePullSecrets: ["registry"],
        namespace: "serin-system",
        crd: "kept",
        replicas: 3,
        prometheusUrl: "https://prometheus.example",
        concurrency: 48,
        eventsPerSecond: 50,
        logLevel: "debug",
        resources,
        placement,
        analytics: { replicas: 4, resources },
        metrics,
        notifiers: {
          team: { notifier: "slack", url: "https://hooks.slack.example/a", labels: { team: "shop" } },
          audit: { notifier: "webhook", url: "http://audit.example", level: "verbose", headers: { "X-Token": "a" } },
        },
        networkPolicy: { prometheusNamespaces: ["observability"], apiServerPorts: [8443] },
        serviceMonitor: { labels: { release: "prometheus" }, interval: "30s" },
      }),
    pods: ["Deployment serin-controller", "Deployment iter8-analytics"],
  },
  {
    name: "CanaryController with as little as possible",
    make: () =>
      new CanaryController("canary", {
        image: "serin",
        createNamespace: false,
        crd: "absent",
        replicas: 1,
        analytics: false,
        networkPolicy: false,
      }),
    pods: ["Deployment serin-controller"],
  },
  {
    name: "CanaryController for one namespace",
    make: () => new CanaryController("canary", { image, watchNamespace: "canary-shop" }),
    pods: ["Deployment serin-controller", "Deployment iter8-analytics"],
  },
];

const istio: readonly Case[] = [
  {
    name: "Istio by default",
    make: ({ "istio-charts": path }) => new Istio("istio", { charts: { path } }),
    pods: ["Deployment istiod"],
  },
  {
    name: "Istio with everything",
    make: ({ "istio-charts": path }) =>
      new Istio("istio", {
        charts: { path },
        namespace: "mesh-system",
        revision: "1-31",
        previousRevisions: [{ revision: "1-30", version: "1.30.5" }],
        defaultRevision: "1-30",
        revisionTags: { canary: "1-31" },
        crds: "kept",
        meshConfig: { accessLogFile: "/dev/stdout", defaultConfig: { holdApplicationUntilProxyStarts: true } },
        autoscaling,
        resources,
        placement,
        ingressGateway: {
          name: "istio-edge",
          namespace: "mesh-edge",
          serviceType: "NodePort",
          ports: [{ name: "http2", port: 80, targetPort: 8080, nodePort: 30080 }],
          serviceAnnotations: { "example.com/balancer": "internal" },
          autoscaling,
          resources,
          placement,
        },
        cni: { namespace: "mesh-cni", resources },
      }),
    pods: ["DaemonSet istio-cni-node", "Deployment istiod-1-30", "Deployment istiod-1-31", "Deployment istio-edge"],
  },
  {
    name: "Istio with the defaults of its gateway and its CNI agent",
    make: ({ "istio-charts": path }) => new Istio("istio", { charts: { path }, ingressGateway: true, cni: true }),
    pods: ["DaemonSet istio-cni-node", "Deployment istiod", "Deployment istio-ingressgateway"],
  },
  {
    name: "Istio with as little as possible",
    make: ({ "istio-charts": path }) =>
      new Istio("istio", {
        charts: { path },
        createNamespace: false,
        configValidation: false,
        replicas: 1,
        ingressGateway: { createNamespace: false, replicas: 1, serviceType: "ClusterIP" },
      }),
    pods: ["Deployment istiod", "Deployment istio-ingressgateway"],
  },
];

const prometheus: readonly Case[] = [
  { name: "Prometheus by default", make: () => new Prometheus("prometheus"), pods: ["StatefulSet prometheus"] },
  {
    name: "Prometheus with everything",
    make: () =>
      new Prometheus("prometheus", {
        namespace: "monitoring",
        createNamespace: true,
        serviceName: "metrics",
        replicas: 2,
        scrapeInterval: "10s",
        evaluationInterval: "30s",
        retention: { time: "30d", size: "32GB" },
        storage: { size: "50Gi", className: "fast", onDestroy: "keep" },
        resources,
        placement,
        istio: { namespace: "mesh-system" },
        keep: "istio",
        recordingRules: { rates: true, counters: true, buckets: true, namespaces: ["shop"] },
        additionalScrapeConfigs: [{ job_name: "nodes", kubernetes_sd_configs: [{ role: "node" }] }],
        additionalRules: [{ name: "own", rules: [{ record: "a:b", expr: "sum(a)" }] }],
        externalLabels: { cluster: "eu-1" },
        remoteWrite: [{ url: "https://long-term.example/write" }],
        secrets: ["remote-write"],
        externalUrl: "https://prometheus.example",
        allowedNamespaces: ["iter8", "grafana"],
      }),
    pods: ["StatefulSet metrics"],
  },
  {
    name: "Prometheus with as little as possible",
    make: () => new Prometheus("prometheus", { storage: false, recordingRules: { rates: false } }),
    pods: ["StatefulSet prometheus"],
  },
];

const pipelinesPods = [
  "Deployment tekton-events-controller",
  "Deployment tekton-pipelines-controller",
  "Deployment tekton-pipelines-remote-resolvers",
  "Deployment tekton-pipelines-webhook",
];
const triggersPods = [
  "Deployment tekton-triggers-controller",
  "Deployment tekton-triggers-core-interceptors",
  "Deployment tekton-triggers-webhook",
];

const tekton: readonly Case[] = [
  {
    name: "Tekton by default",
    make: (sources) => new Tekton("tekton", releases(sources)),
    pods: [...pipelinesPods, ...triggersPods],
  },
  {
    name: "Tekton with everything",
    make: (sources) =>
      new Tekton("tekton", {
        ...releases(sources),
        featureFlags: { "enable-api-fields": "stable" },
        defaults: { "default-timeout-minutes": 30 },
        configMaps: { "config-observability": { "metrics.backend-destination": "prometheus" } },
        resources: { "tekton-pipelines-controller": resources },
        placement,
      }),
    pods: [...pipelinesPods, ...triggersPods],
  },
  {
    name: "Tekton without Triggers",
    make: (sources) => new Tekton("tekton", { pipelines: releases(sources).pipelines, triggers: false }),
    pods: pipelinesPods,
  },
];

const namespace: readonly Case[] = [
  { name: "CanaryNamespace by default", make: () => new CanaryNamespace("shop"), pods: [] },
  {
    name: "CanaryNamespace with everything",
    make: () =>
      new CanaryNamespace("shop", {
        namespace: "shop-prod",
        injection: { "istio.io/rev": "1-31" },
        cni: true,
        quota: { pods: "50", "limits.memory": "32Gi" },
        limits: {
          default: { memory: "512Mi", cpu: "1" },
          defaultRequest: { cpu: "100m" },
          max: { memory: "4Gi", cpu: "4" },
          min: { cpu: "10m" },
        },
        team: [
          { kind: "Group", name: "shop" },
          { kind: "User", name: "adam" },
          { kind: "ServiceAccount", name: "ci", namespace: "build" },
        ],
        readers: [{ kind: "ServiceAccount", name: "dashboard" }],
        controllerNamespace: "iter8",
        metrics,
        networkPolicy: { allowFrom: ["istio-ingress", "monitoring"] },
        labels: { "example.com/team": "shop" },
        annotations: { "example.com/contact": "shop@example.com" },
      }),
    pods: [],
  },
  {
    name: "CanaryNamespace without sidecars",
    make: () => new CanaryNamespace("shop", { namespace: "shop-plain", injection: false }),
    pods: [],
  },
];

/** `CanaryRelease` is not among them: what it writes to the cluster, it writes by its provider. */
export const cases: readonly Case[] = [...controller, ...istio, ...prometheus, ...tekton, ...namespace];

function releases(sources: Sources): Record<"pipelines" | "triggers", { manifest: string }> {
  return {
    pipelines: { manifest: sources["tekton-pipelines"] },
    triggers: { manifest: sources["tekton-triggers"] },
  };
}
