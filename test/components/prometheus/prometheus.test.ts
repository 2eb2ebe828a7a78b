import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { unknownOutput, valueOf, type MockOptions } from "../support/mocks";
import { defaultPod, labels } from "./defaults";
import { at, make, pod, type Made } from "./make";

describe("Prometheus", function () {
  this.timeout(30_000);

  describe("with its defaults", () => {
    let made: Made;
    before(async () => void (made = await make()));

    it("makes these children, and no others", () => {
      deepStrictEqual(made.mocks.names().sort(), [
        "metrics",
        "metrics-account",
        "metrics-binding",
        "metrics-config",
        "metrics-policy",
        "metrics-role",
        "metrics-server",
        "metrics-service",
      ]);
      for (const { name, parent } of made.mocks.resources) {
        strictEqual(parent, name === "metrics" ? undefined : "metrics", name);
      }
    });

    it("makes each after what it needs, so that it is removed before it", () => {
      const after = (name: string): string[] => [...made.mocks.named(`metrics-${name}`).dependsOn].sort();
      ok(after("server").includes("metrics-binding"));
      ok(after("server").includes("metrics-config"));
      ok(after("server").includes("metrics-policy"));
      ok(after("service").includes("metrics-server"));
      deepStrictEqual(after("binding"), ["metrics-account", "metrics-role"]);
    });

    it("runs one pod, restricted, with a volume of 20 GiB that goes with it", () => {
      const metadata = { name: "prometheus", namespace: "istio-system", labels };
      deepStrictEqual(made.mocks.named("metrics-server").inputs, {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata,
        spec: {
          replicas: 1,
          serviceName: "prometheus",
          podManagementPolicy: "Parallel",
          selector: {
            matchLabels: { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prometheus" },
          },
          template: {
            metadata: {
              labels: { ...labels, "sidecar.istio.io/inject": "false" },
              annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9090" },
            },
            spec: defaultPod,
          },
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } },
            },
          ],
          persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
        },
      });
    });

    it("may discover pods, and nothing else", () => {
      const role = made.mocks.named("metrics-role").inputs;
      deepStrictEqual(role["rules"], [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }]);
      deepStrictEqual(role["metadata"], { name: "prometheus.istio-system", labels });
      const { roleRef, subjects } = made.mocks.named("metrics-binding").inputs;
      strictEqual(at(roleRef, "name"), "prometheus.istio-system");
      deepStrictEqual(subjects, [{ kind: "ServiceAccount", name: "prometheus", namespace: "istio-system" }]);
    });

    it("is asked at port 9090, by all pods of the cluster", () => {
      const selector = { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prometheus" };
      deepStrictEqual(made.mocks.named("metrics-service").inputs["spec"], {
        selector,
        ports: [{ name: "http", port: 9090, targetPort: "http" }],
        sessionAffinity: "None",
      });
      deepStrictEqual(made.mocks.named("metrics-policy").inputs["spec"], {
        podSelector: { matchLabels: selector },
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 9090, protocol: "TCP" }] }],
      });
    });

    it("has the address that releases ask by default", async () => {
      const { prometheus } = made;
      strictEqual(await valueOf(prometheus.url), "http://prometheus.istio-system:9090");
      strictEqual(await valueOf(prometheus.externalUrl), "http://prometheus.istio-system:9090");
      strictEqual(await valueOf(prometheus.namespace), "istio-system");
      strictEqual(await valueOf(prometheus.version), "v3.13.3");
      strictEqual(await valueOf(prometheus.recordsCounters), false);
      strictEqual(await valueOf(prometheus.ready), false);
    });
  });

  it("is ready once a pod is", async () => {
    const outputs: MockOptions["outputs"] = (type) =>
      type.endsWith(":StatefulSet") ? { status: { replicas: 1, readyReplicas: 1 } } : {};
    strictEqual(await valueOf((await make({}, undefined, { outputs })).prometheus.ready), true);
  });

  it("changes only the pods when the version changes", async () => {
    const [before, after] = [
      await make({ image: "prom/prometheus:v3.5.0" }),
      await make({ image: "prom/prometheus:v3.13.3" }),
    ];
    const rest = ({ mocks }: Made): unknown[] =>
      mocks.resources
        .filter(({ name }) => name !== "metrics-server")
        .map(({ name, inputs }) => [name, inputs])
        .sort();
    deepStrictEqual(rest(after), rest(before));
    notStrictEqual(at(pod(after), "containers", 0, "image"), at(pod(before), "containers", 0, "image"));
  });

  describe("an existing one", () => {
    it("installs nothing and has the same outputs", async () => {
      const { mocks, prometheus } = await make({
        existing: { url: "http://prom.monitoring:9090", recordsCounters: true },
        externalUrl: "https://metrics.example",
      });
      deepStrictEqual(mocks.names(), ["metrics"]);
      strictEqual(await valueOf(prometheus.url), "http://prom.monitoring:9090");
      strictEqual(await valueOf(prometheus.externalUrl), "https://metrics.example");
      strictEqual(await valueOf(prometheus.ready), true);
      strictEqual(await valueOf(prometheus.recordsCounters), true);
      strictEqual(await valueOf(prometheus.version), undefined);
      strictEqual(await valueOf(prometheus.namespace), undefined);
    });

    it("is reached at its own address unless told otherwise", async () => {
      const { prometheus } = await make({ existing: { url: pulumi.output("http://prom.monitoring:9090") } });
      strictEqual(await valueOf(prometheus.externalUrl), "http://prom.monitoring:9090");
      strictEqual(await valueOf(prometheus.recordsCounters), false);
    });
  });

  it("hands provider, protection and what it waits for to all children", async () => {
    const { mocks } = await make({ createNamespace: true, replicas: 2 }, () => ({
      provider: new k8s.Provider("cluster"),
      protect: true,
      dependsOn: [new k8s.core.v1.ConfigMap("before")],
    }));
    const children = mocks.resources.filter(({ parent }) => parent === "metrics");
    strictEqual(children.length, 9);
    for (const { name, provider, protect, dependsOn } of children) {
      ok(provider.includes("::cluster::"), name);
      strictEqual(protect, true, name);
      ok(dependsOn.includes("before"), name);
    }
  });

  it("previews what is not known yet without a failure or a warning", async () => {
    const { mocks, prometheus } = await make(
      {
        namespace: unknownOutput(),
        serviceName: unknownOutput(),
        image: unknownOutput(),
        replicas: unknownOutput(),
        scrapeInterval: unknownOutput(),
        retention: unknownOutput(),
        storage: unknownOutput(),
        resources: unknownOutput(),
        istio: unknownOutput(),
        keep: unknownOutput(),
        recordingRules: unknownOutput(),
        additionalScrapeConfigs: unknownOutput(),
        additionalRules: unknownOutput(),
        externalLabels: { cluster: unknownOutput() },
        remoteWrite: [unknownOutput()],
        secrets: [unknownOutput()],
        externalUrl: unknownOutput(),
        allowedNamespaces: [unknownOutput()],
      },
      undefined,
      { preview: true },
    );
    strictEqual(mocks.resources.length, 9);
    deepStrictEqual(mocks.warnings, []);
    strictEqual(await valueOf(prometheus.url), undefined);
  });

  it("previews an existing one whose address is not known yet", async () => {
    const { mocks, prometheus } = await make({ existing: { url: unknownOutput() } }, undefined, { preview: true });
    deepStrictEqual(mocks.warnings, []);
    strictEqual(await valueOf(prometheus.url), undefined);
  });
});
