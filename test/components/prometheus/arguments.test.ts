import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { valueOf } from "../support/mocks";
import { defaultContainer } from "./defaults";
import { at, file, flags, make, pod, spec } from "./make";

describe("Prometheus' arguments", function () {
  this.timeout(30_000);

  it("namespace, serviceName, createNamespace", async () => {
    const made = await make({ namespace: "monitoring", serviceName: "prom", createNamespace: true });
    strictEqual(await valueOf(made.prometheus.url), "http://prom.monitoring:9090");
    strictEqual(at(made.mocks.named("metrics-namespace").inputs, "metadata", "name"), "monitoring");
    strictEqual(at(made.mocks.named("metrics-role").inputs, "metadata", "name"), "prom.monitoring");
    for (const child of ["account", "config", "policy"]) {
      deepStrictEqual(made.mocks.named(`metrics-${child}`).dependsOn, ["metrics-namespace"], child);
    }
    strictEqual(at(pod(made), "volumes", 0, "configMap", "name"), "prom");
    strictEqual(at(pod(made), "serviceAccountName"), "prom");
  });

  it("image, resources, placement", async () => {
    const made = await make({
      image: "registry.example/prometheus:v3.1.0",
      resources: { limits: { memory: "8Gi" } },
      placement: { nodeSelector: { disk: "ssd" }, priorityClassName: "high", tolerations: [{ key: "metrics" }] },
    });
    const { resources, ...rest } = defaultContainer;
    ok(resources);
    deepStrictEqual(at(pod(made), "containers"), [
      { ...rest, image: "registry.example/prometheus:v3.1.0", resources: { limits: { memory: "8Gi" } } },
    ]);
    deepStrictEqual(at(pod(made), "nodeSelector"), { disk: "ssd" });
    deepStrictEqual(at(pod(made), "tolerations"), [{ key: "metrics" }]);
    strictEqual(at(pod(made), "priorityClassName"), "high");
    strictEqual(await valueOf(made.prometheus.version), "v3.1.0");
  });

  it("replicas: a budget, and clients that stay at one of them", async () => {
    const made = await make({ replicas: 2 });
    strictEqual(at(spec(made), "replicas"), 2);
    const service = made.mocks.named("metrics-service").inputs["spec"];
    strictEqual(at(service, "sessionAffinity"), "ClientIP");
    deepStrictEqual(at(service, "sessionAffinityConfig"), { clientIP: { timeoutSeconds: 10800 } });
    strictEqual(at(made.mocks.named("metrics-budget").inputs, "spec", "maxUnavailable"), 1);
  });

  it("storage: class, size and what becomes of it", async () => {
    const made = await make({ storage: { size: "100Gi", className: "fast", onDestroy: "keep" } });
    deepStrictEqual(at(spec(made), "volumeClaimTemplates", 0, "spec"), {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage: "100Gi" } },
    });
    strictEqual(at(spec(made), "persistentVolumeClaimRetentionPolicy", "whenDeleted"), "Retain");
    ok(flags(made).includes("--storage.tsdb.retention.size=81920MB"));
  });

  it("storage: none, but not more of the node's disk than 10 GiB", async () => {
    const made = await make({ storage: false });
    deepStrictEqual(at(spec(made), "volumeClaimTemplates"), []);
    strictEqual(at(spec(made), "persistentVolumeClaimRetentionPolicy"), undefined);
    deepStrictEqual(at(pod(made), "volumes", 1), { name: "data", emptyDir: { sizeLimit: "10Gi" } });
    ok(flags(made).includes("--storage.tsdb.retention.size=8192MB"));
  });

  it("retention, externalUrl", async () => {
    const made = await make({
      retention: { time: "30d", size: "10GB" },
      externalUrl: "https://user:secret@metrics.example/prom",
    });
    ok(flags(made).includes("--storage.tsdb.retention.time=30d"));
    ok(flags(made).includes("--storage.tsdb.retention.size=10GB"));
    ok(flags(made).includes("--web.external-url=https://metrics.example/prom"));
    ok(flags(made).includes("--web.route-prefix=/"));
    strictEqual(await valueOf(made.prometheus.externalUrl), "https://user:secret@metrics.example/prom");
    strictEqual(await valueOf(made.prometheus.url), "http://prometheus.istio-system:9090");
  });

  it("allowedNamespaces", async () => {
    const made = await make({ allowedNamespaces: ["iter8", "grafana"] });
    deepStrictEqual(at(made.mocks.named("metrics-policy").inputs, "spec", "ingress", 0, "from"), [
      {
        namespaceSelector: {
          matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["grafana", "iter8"] }],
        },
      },
    ]);
  });

  it("secrets: files that configurations name", async () => {
    const made = await make({ secrets: ["remote"] });
    deepStrictEqual(at(pod(made), "volumes", 1), { name: "secret-remote", secret: { secretName: "remote" } });
    deepStrictEqual(at(pod(made), "containers", 0, "volumeMounts", 2), {
      name: "secret-remote",
      mountPath: "/etc/prometheus-secrets/remote",
      readOnly: true,
    });
  });

  it("what goes into the configuration and the rules", async () => {
    const made = await make({
      scrapeInterval: "10s",
      evaluationInterval: "30s",
      istio: { namespace: "mesh" },
      keep: "istio",
      externalLabels: { cluster: "eu-1" },
      remoteWrite: [{ url: "https://long.example/write" }],
      additionalScrapeConfigs: [{ job_name: "nodes", kubernetes_sd_configs: [{ role: "node" }] }],
      additionalRules: [{ name: "mine", rules: [{ alert: "Down", expr: "up == 0", for: "5m" }] }],
      recordingRules: { rates: false, counters: true, buckets: false, namespaces: ["bookinfo"] },
    });
    const config = file(made, "prometheus.yml");
    deepStrictEqual(at(config, "global"), {
      scrape_interval: "10s",
      evaluation_interval: "30s",
      external_labels: { cluster: "eu-1" },
    });
    deepStrictEqual(at(config, "remote_write"), [{ url: "https://long.example/write" }]);
    deepStrictEqual(
      (at(config, "scrape_configs") as object[]).map((job) => at(job, "job_name")),
      ["pods", "istiod", "nodes"],
    );
    strictEqual(at(config, "scrape_configs", 1, "kubernetes_sd_configs", 0, "namespaces", "names", 0), "mesh");
    const groups = at(file(made, "rules.yml"), "groups") as object[];
    deepStrictEqual(
      groups.map((group) => at(group, "name")),
      ["serin-counters", "mine"],
    );
    deepStrictEqual(at(made.mocks.named("metrics-role").inputs, "rules"), [
      { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get", "list", "watch"] },
    ]);
    strictEqual(await valueOf(made.prometheus.recordsCounters), true);
  });

  it("values that are known later", async () => {
    const later = <T>(value: T): pulumi.Output<T> => pulumi.output(Promise.resolve(value)) as pulumi.Output<T>;
    const [plain, late] = [
      await make({ storage: { size: "5Gi" }, scrapeInterval: "5s", replicas: 1, retention: { size: "4GB" } }),
      await make({
        storage: later({ size: "5Gi" }),
        scrapeInterval: later("5s"),
        replicas: 1,
        retention: later({ size: "4GB" }),
      }),
    ];
    deepStrictEqual(spec(late), spec(plain));
    deepStrictEqual(file(late, "prometheus.yml"), file(plain, "prometheus.yml"));
  });
});
