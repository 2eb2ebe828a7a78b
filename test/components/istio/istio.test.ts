import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Istio, type IstioArgs } from "../../../components/istio";
import { Mocks, type Registered, unknownOutput, valueOf } from "../support/mocks";

const CHART = "kubernetes:helm.sh/v4:Chart";
const SECCOMP = { type: "RuntimeDefault" };

function spread(matchLabels: object): object[] {
  const labelSelector = { matchLabels };
  return [{ maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector }];
}

async function installed(args?: IstioArgs, opts?: () => pulumi.ComponentResourceOptions): Promise<[Istio, Mocks]> {
  const mocks = await Mocks.start();
  return [await mocks.run(() => new Istio("istio", args, opts?.())), mocks];
}

function valuesOf({ inputs }: Registered): Record<string, unknown> {
  return inputs["values"] as Record<string, unknown>;
}

describe("Istio", function () {
  this.timeout(30_000);

  it("is by default the namespace, the types and one control plane without a name", async () => {
    const [, mocks] = await installed();
    const rendered = mocks.resources.map(({ type, name, inputs }) => ({ type, name, inputs }));
    equal(rendered, [
      { type: "serin:index:Istio", name: "istio", inputs: {} },
      {
        type: "kubernetes:core/v1:Namespace",
        name: "istio-namespace",
        inputs: {
          apiVersion: "v1",
          kind: "Namespace",
          metadata: {
            name: "istio-system",
            labels: { "app.kubernetes.io/part-of": "serin", "pod-security.kubernetes.io/enforce": "restricted" },
          },
        },
      },
      {
        type: CHART,
        name: "istio-base",
        inputs: {
          chart: "base",
          version: "1.30.5",
          repositoryOpts: { repo: "https://istio-release.storage.googleapis.com/charts" },
          name: "istio-base",
          namespace: "istio-system",
          values: { defaultRevision: "default", global: { istioNamespace: "istio-system" } },
        },
      },
      {
        type: CHART,
        name: "istio-istiod",
        inputs: {
          chart: "istiod",
          version: "1.30.5",
          repositoryOpts: { repo: "https://istio-release.storage.googleapis.com/charts" },
          name: "istiod",
          namespace: "istio-system",
          values: {
            revision: "",
            autoscaleEnabled: true,
            autoscaleMin: 2,
            autoscaleMax: 5,
            cpu: { targetAverageUtilization: 80 },
            resources: { requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "4Gi" } },
            seccompProfile: SECCOMP,
            topologySpreadConstraints: spread({ app: "istiod", "istio.io/rev": "default" }),
            cni: { enabled: false },
            gateways: { seccompProfile: SECCOMP },
            global: {
              istioNamespace: "istio-system",
              configValidation: true,
              networkPolicy: { enabled: true },
              proxy: { seccompProfile: SECCOMP },
            },
            meshConfig: { enablePrometheusMerge: true },
          },
        },
      },
    ]);
    equal(mocks.warnings, []);
  });

  it("makes each part after those that it needs, so that they are removed after it", async () => {
    const [, mocks] = await installed({ revision: "b", ingressGateway: true, cni: true });
    const order = Object.fromEntries(mocks.resources.map(({ name, dependsOn }) => [name, [...dependsOn].sort()]));
    equal(order, {
      istio: [],
      "istio-namespace": [],
      "istio-base": ["istio-namespace"],
      "istio-cni-namespace": [],
      "istio-cni": ["istio-base", "istio-cni-namespace"],
      "istio-istiod-b": ["istio-base", "istio-cni"],
      "istio-tag-default": ["istio-istiod-b"],
      "istio-gateway-namespace": [],
      "istio-gateway": ["istio-gateway-namespace", "istio-istiod-b", "istio-tag-default"],
    });
    ok(mocks.resources.every(({ name, parent }) => (name === "istio" ? parent !== "istio" : parent === "istio")));
  });

  it("tells where it is", async () => {
    const [istio] = await installed({ revision: "1-30-5", namespace: "mesh", ingressGateway: true });
    equal(await valueOf(istio.namespace), "mesh");
    equal(await valueOf(istio.version), "1.30.5");
    equal(await valueOf(istio.revision), "1-30-5");
    equal(await valueOf(istio.injectionLabels), { "istio.io/rev": "1-30-5" });
    equal(await valueOf(istio.discoveryAddress), "istiod-1-30-5.mesh.svc:15012");
    equal(await valueOf(istio.ingressGatewayHost), "istio-ingressgateway.istio-ingress.svc.cluster.local");
    equal(await valueOf(istio.cni), false);
    equal(istio.ready.length, 5);
  });

  it("runs several control planes, one of them the default one", async () => {
    const [, mocks] = await installed({
      revision: "b",
      version: "1.30.5",
      previousRevisions: [{ revision: "a", version: "1.29.2", values: { env: { A: "1" } } }],
      defaultRevision: "a",
      revisionTags: { stable: "a" },
      values: { istiod: { env: { B: "1" } } },
      ingressGateway: true,
    });
    const [a, b] = [mocks.named("istio-istiod-a"), mocks.named("istio-istiod-b")];
    equal([a.inputs["version"], a.inputs["name"], valuesOf(a)["revision"]], ["1.29.2", "istiod-a", "a"]);
    equal([b.inputs["version"], b.inputs["name"], valuesOf(b)["revision"]], ["1.30.5", "istiod-b", "b"]);
    equal([valuesOf(a)["env"], valuesOf(b)["env"]], [{ A: "1" }, { B: "1" }]);
    equal(valuesOf(mocks.named("istio-base"))["defaultRevision"], "a");
    equal(valuesOf(mocks.named("istio-gateway"))["revision"], "a");
    const tag = mocks.named("istio-tag-default").inputs;
    equal((tag["metadata"] as { name: string }).name, "istio-revision-tag-default");
    const webhooks = tag["webhooks"] as { clientConfig: { service: { name: string } } }[];
    equal(
      webhooks.map(({ clientConfig }) => clientConfig.service.name),
      ["istiod-a", "istiod-a", "istiod-a", "istiod-a"],
    );
    equal((mocks.named("istio-tag-stable").inputs["webhooks"] as object[]).length, 2);
  });

  it("keeps what a control plane is called when it becomes a previous one", async () => {
    const [, before] = await installed({ revision: "a", version: "1.29.2" });
    const [, after] = await installed({ revision: "b", previousRevisions: [{ revision: "a", version: "1.29.2" }] });
    equal(before.named("istio-istiod-a").inputs, after.named("istio-istiod-a").inputs);
  });

  it("takes a fixed number of replicas, resources and a placement", async () => {
    const placement = { nodeSelector: { pool: "mesh" }, tolerations: [{ key: "mesh" }], priorityClassName: "high" };
    const resources = { requests: { cpu: "1" } };
    const scaled = { replicas: 3, resources, placement };
    const [, mocks] = await installed({ ...scaled, ingressGateway: scaled });
    const { autoscaleEnabled, autoscaleMin, replicaCount, nodeSelector, tolerations, global, ...istiod } = valuesOf(
      mocks.named("istio-istiod"),
    );
    equal([autoscaleEnabled, autoscaleMin, replicaCount], [false, undefined, 3]);
    equal([nodeSelector, tolerations, istiod["resources"]], [placement.nodeSelector, placement.tolerations, resources]);
    equal((global as { priorityClassName: string }).priorityClassName, "high");
    const gateway = valuesOf(mocks.named("istio-gateway"));
    equal([gateway["autoscaling"], gateway["replicaCount"]], [{ enabled: false }, 3]);
    equal([gateway["nodeSelector"], gateway["priorityClassName"]], [placement.nodeSelector, "high"]);
    equal(gateway["resources"], resources);
  });

  it("has an ingress gateway that is told how to serve", async () => {
    const [istio, mocks] = await installed({
      namespace: "mesh",
      ingressGateway: {
        name: "istio-edge",
        namespace: "edge",
        createNamespace: false,
        serviceType: "NodePort",
        ports: [{ name: "http", port: 8080 }],
        serviceAnnotations: { a: "b" },
        autoscaling: { minReplicas: 1 },
      },
      values: { gateway: { podDisruptionBudget: {}, labels: { tier: "edge" } } },
    });
    equal(mocks.named("istio-gateway").inputs, {
      chart: "gateway",
      version: "1.30.5",
      repositoryOpts: { repo: "https://istio-release.storage.googleapis.com/charts" },
      name: "istio-edge",
      namespace: "edge",
      values: {
        name: "istio-edge",
        autoscaling: { enabled: true, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 80 },
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1500m", memory: "1Gi" } },
        securityContext: {
          runAsNonRoot: true,
          seccompProfile: SECCOMP,
          sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
        },
        topologySpreadConstraints: spread({ app: "istio-edge" }),
        podDisruptionBudget: { minAvailable: 1 },
        service: { type: "NodePort", ports: [{ name: "http", port: 8080 }], annotations: { a: "b" } },
        labels: { tier: "edge" },
      },
    });
    equal(mocks.names().includes("istio-gateway-namespace"), false);
    equal(await valueOf(istio.ingressGatewayHost), "istio-edge.edge.svc.cluster.local");
  });

  it("has a CNI agent in a namespace that lets it work on the node", async () => {
    const [istio, mocks] = await installed({ cni: { resources: { requests: { cpu: "1m" } } } });
    const { labels } = mocks.named("istio-cni-namespace").inputs["metadata"] as { labels: Record<string, string> };
    equal(labels["pod-security.kubernetes.io/enforce"], "privileged");
    const { name, namespace, values } = mocks.named("istio-cni").inputs;
    equal([name, namespace, values], ["istio-cni", "istio-cni", { resources: { requests: { cpu: "1m" } } }]);
    equal(valuesOf(mocks.named("istio-istiod"))["cni"], { enabled: true });
    equal(await valueOf(istio.cni), true);
  });

  it("merges settings of the mesh and values over its own", async () => {
    const [, mocks] = await installed({
      configValidation: false,
      meshConfig: { accessLogFile: "/dev/stdout" },
      values: { base: { global: { imagePullSecrets: ["a"] } }, istiod: { global: { hub: "mirror" }, resources: {} } },
    });
    equal(valuesOf(mocks.named("istio-base")), {
      defaultRevision: "",
      global: { istioNamespace: "istio-system", imagePullSecrets: ["a"] },
    });
    const { meshConfig, global, resources } = valuesOf(mocks.named("istio-istiod"));
    equal(meshConfig, { enablePrometheusMerge: true, accessLogFile: "/dev/stdout" });
    equal(global, {
      istioNamespace: "istio-system",
      configValidation: false,
      networkPolicy: { enabled: true },
      proxy: { seccompProfile: SECCOMP },
      hub: "mirror",
    });
    equal(resources, { requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "4Gi" } });
  });

  it("adopts an Istio that is there already, and installs nothing", async () => {
    const existing = { namespace: "mesh", revision: "a", version: "1.29.2", cni: true, ingressGatewayHost: "gw.mesh" };
    const [istio, mocks] = await installed({ existing });
    equal(mocks.names(), ["istio"]);
    equal(await valueOf(istio.namespace), "mesh");
    equal(await valueOf(istio.version), "1.29.2");
    equal(await valueOf(istio.injectionLabels), { "istio.io/rev": "a" });
    equal(await valueOf(istio.discoveryAddress), "istiod-a.mesh.svc:15012");
    equal(await valueOf(istio.ingressGatewayHost), "gw.mesh");
    equal([await valueOf(istio.cni), istio.ready], [true, []]);
    const [plain] = await installed({ existing: {} });
    equal(await valueOf(plain.injectionLabels), { "istio-injection": "enabled" });
    equal([await valueOf(plain.revision), await valueOf(plain.version)], ["default", undefined]);
  });

  it("leaves namespaces alone that it is not to make", async () => {
    const [, mocks] = await installed({ createNamespace: false, cni: { createNamespace: false } });
    equal(mocks.names(), ["istio", "istio-base", "istio-cni", "istio-istiod"]);
  });

  it("hands provider, protection and dependencies on", async () => {
    const mocks = await Mocks.start();
    await mocks.run(() => {
      const provider = new k8s.Provider("cluster", {});
      const before = new k8s.core.v1.ConfigMap("before", {});
      const opts = { provider, protect: true, dependsOn: before };
      return new Istio("istio", { revision: "a", ingressGateway: true, cni: true }, opts);
    });
    const children = mocks.resources.filter(({ parent }) => parent === "istio");
    equal(children.length, 8);
    for (const { name, provider, protect, dependsOn } of children) {
      match(provider, /::cluster::/, name);
      equal([protect, dependsOn.includes("before")], [true, true], name);
    }
  });

  it("shows a preview of what is not known yet, without a complaint", async () => {
    const mocks = await Mocks.start({ preview: true });
    const istio = await mocks.run(
      () =>
        new Istio("istio", {
          version: unknownOutput<string>(),
          charts: { repository: unknownOutput<string>() },
          namespace: unknownOutput<string>(),
          revision: "a",
          replicas: unknownOutput<number>(),
          meshConfig: { trustDomain: unknownOutput<string>() },
          values: { istiod: { env: { A: unknownOutput<string>() } } },
          ingressGateway: {
            namespace: unknownOutput<string>(),
            autoscaling: { maxReplicas: unknownOutput<number>() },
            placement: { nodeSelector: unknownOutput<Record<string, string>>() },
          },
          cni: { namespace: unknownOutput<string>() },
        }),
    );
    equal(mocks.warnings, []);
    equal(mocks.resources.length, 9);
    equal(JSON.stringify(mocks.resources.map(({ inputs }) => inputs)).includes("Calling"), false);
    equal(await valueOf(istio.namespace), undefined);
  });
});
