import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { experimentCrdYaml } from "../../adapters/kubernetes/crd";
import type { Deployment, Labels } from "../../adapters/kubernetes/deployments";
import { selects } from "../../adapters/kubernetes/deployments";
import { readConfig } from "../../analytics";
import { run } from "../../cli/program";
import { CONTROLLER_DEFAULTS } from "../../controller";
import { DEPLOY, manifestsOf, type Manifest } from "./manifests";

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: object;
  readonly securityContext: object;
}

type Workload = Manifest &
  Omit<Deployment, "spec"> & {
    readonly spec: {
      readonly replicas: number;
      readonly selector: { readonly matchLabels: Labels };
      readonly template: {
        readonly metadata: { readonly labels: Labels; readonly annotations: Labels };
        readonly spec: {
          readonly serviceAccountName: string;
          readonly automountServiceAccountToken?: boolean;
          readonly securityContext: { readonly runAsUser: number };
          readonly containers: readonly [Container];
        };
      };
    };
  };

const FILES = ["base/controller.yaml", "base/analytics.yaml", "base/networkPolicy.yaml"];
const base = FILES.flatMap((file) => manifestsOf(file));
const { version } = JSON.parse(readFileSync(join(DEPLOY, "..", "package.json"), "utf8")) as { version: string };

function find<T extends Manifest>(kind: string, name: string): T {
  const found = base.find((object) => object.kind === kind && object.metadata.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found as T;
}

const controller = find<Workload>("Deployment", "serin-controller");
const analytics = find<Workload>("Deployment", "iter8-analytics");

async function helpOf(...words: string[]): Promise<string> {
  let help = "";
  const out = { isTerminal: false, write: (text: string) => void (help += text) };
  assert.equal(await run([...words, "--help"], { out, err: out }), 0);
  return help;
}

describe("the manifests", () => {
  it("have the type Experiment as `serin-crd` prints it", () => {
    const shipped = parse(readFileSync(join(DEPLOY, "crd", "crd.yaml"), "utf8")) as object;
    assert.deepEqual(shipped, parse(experimentCrdYaml()), "npx serin-crd > deploy/crd/crd.yaml, then npm run format");
  });

  for (const folder of ["crd", "base", "cluster", "namespaced"]) {
    it(`are all part of their kustomization: ${folder}`, () => {
      const { resources } = parse(readFileSync(join(DEPLOY, folder, "kustomization.yaml"), "utf8")) as {
        resources: string[];
      };
      const files = readdirSync(join(DEPLOY, folder)).filter((name) => name !== "kustomization.yaml");
      assert.deepEqual(resources.filter((name) => !name.startsWith("../")).sort(), files.sort());
      for (const other of resources.filter((name) => name.startsWith("../"))) {
        assert.ok(readdirSync(join(DEPLOY, folder, other)).includes("kustomization.yaml"));
      }
    });
  }

  it("are labelled, with the version of the package, which is the image's tag", () => {
    const rbac = ["cluster/rbac.yaml", "namespaced/rbac.yaml"].flatMap((file) => manifestsOf(file));
    for (const { kind, metadata } of [...base, ...rbac]) {
      assert.equal(metadata.labels?.["app.kubernetes.io/part-of"], "serin", `${kind} ${metadata.name}`);
      assert.equal(metadata.labels["app.kubernetes.io/version"], version, `${kind} ${metadata.name}`);
    }
    for (const { spec } of [controller, analytics]) {
      assert.equal(spec.template.spec.containers[0].image, `serin:${version}`);
    }
  });

  it("run pods with as little as Pod Security's level `restricted` asks for, and less", () => {
    const dockerfile = readFileSync(join(DEPLOY, "..", "Dockerfile"), "utf8");
    const [, user] = /^USER (\d+):/m.exec(dockerfile) ?? [];
    for (const { spec, metadata } of [controller, analytics]) {
      const pod = spec.template.spec;
      assert.deepEqual(pod.securityContext, {
        runAsNonRoot: true,
        runAsUser: Number(user),
        runAsGroup: Number(user),
        seccompProfile: { type: "RuntimeDefault" },
      });
      const [container] = pod.containers;
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      assert.deepEqual(Object.keys(container.resources).sort(), ["limits", "requests"], metadata.name);
    }
  });

  it("give the analytics service no way to the API server", () => {
    assert.equal(analytics.spec.template.spec.automountServiceAccountToken, false);
    type Account = Manifest & { readonly automountServiceAccountToken?: boolean };
    assert.equal(find<Account>("ServiceAccount", "iter8-analytics").automountServiceAccountToken, false);
  });

  it("call commands, options and variables that there are", async () => {
    assert.deepEqual(controller.spec.template.spec.containers[0].args, ["controller"]);
    assert.deepEqual(analytics.spec.template.spec.containers[0].args, ["analytics"]);
    const help = await helpOf("controller");
    for (const { name } of controller.spec.template.spec.containers[0].env ?? []) assert.ok(help.includes(`$${name}`));
    const { patches } = parse(readFileSync(join(DEPLOY, "namespaced", "kustomization.yaml"), "utf8")) as {
      patches: readonly [{ patch: string }];
    };
    const [{ value }] = parse(patches[0].patch) as readonly [{ value: string }];
    assert.equal(value, "--namespace=$(POD_NAMESPACE)");
    assert.match(help, /--namespace <name>/);
    await helpOf("analytics");
  });

  it("tell the controller its own namespace, pod and Deployment", () => {
    const { env = [] } = controller.spec.template.spec.containers[0];
    assert.deepEqual(env, [
      { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "DEPLOYMENT_NAME", value: controller.metadata.name },
    ]);
  });

  it("name the ports and the paths on which the services answer", () => {
    const listens = {
      controller: Number(CONTROLLER_DEFAULTS.listen.split(":")[1]),
      analytics: readConfig({}, {}).port,
    };
    for (const [name, { spec }] of [["controller", controller] as const, ["analytics", analytics] as const]) {
      const [{ ports, livenessProbe, readinessProbe }] = spec.template.spec.containers;
      assert.deepEqual(ports, [{ name: "http", containerPort: listens[name] }]);
      assert.deepEqual(livenessProbe.httpGet, { path: "/healthz", port: "http" });
      assert.deepEqual(readinessProbe.httpGet, { path: "/readyz", port: "http" });
      assert.equal(spec.template.metadata.annotations["prometheus.io/port"], String(listens[name]));
    }
    type Ports = Manifest & { readonly spec: { readonly ports: readonly { readonly port: number }[] } };
    assert.equal(
      find<Ports>("Service", "iter8-analytics").spec.ports[0]?.port,
      8080,
      "where Iter8's clients expect it",
    );
    assert.equal(find<Ports>("Service", "serin-controller-metrics").spec.ports[0]?.port, listens.controller);
  });

  it("select the pods that they are meant for, and no others", () => {
    type Selector = { readonly matchLabels?: Labels };
    type Selecting = Manifest & { spec: { selector?: Selector & Labels; podSelector?: Selector } };
    for (const object of base.filter(({ kind }) => kind !== "ServiceAccount") as Selecting[]) {
      const { selector, podSelector } = object.spec;
      const labels = podSelector?.matchLabels ?? selector?.matchLabels ?? selector;
      const isAnalytics = object.metadata.name === "iter8-analytics";
      const what = `${object.kind} ${object.metadata.name}`;
      assert.equal(selects(labels, analytics.spec.template.metadata.labels), isAnalytics, what);
      assert.equal(selects(labels, controller.spec.template.metadata.labels), !isAnalytics, what);
    }
  });

  it("run two of each, of which one may be taken away at a time", () => {
    type Budget = Manifest & { readonly spec: { readonly minAvailable: number } };
    for (const { spec, metadata } of [controller, analytics]) {
      assert.equal(spec.replicas, 2);
      assert.equal(find<Budget>("PodDisruptionBudget", metadata.name).spec.minAvailable, 1);
    }
  });
});
