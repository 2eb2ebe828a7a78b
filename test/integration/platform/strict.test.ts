import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { KubeConfig } from "@kubernetes/client-node";
import { Cluster } from "../../../sandbox/kubernetes-plugin/cluster/cluster";
import type { KubernetesManifest } from "../../../sandbox/kubernetes-plugin/cluster/object";
import { resolveToolchain } from "../../../sandbox/toolchain";
import { endSandboxAfterwards, sharedSandbox } from "../support/sharedSandbox";
import { cases, type Sources } from "./renderedCases";
import { describe as nameOf, levelOf, podOf, prepare, refusal } from "./renderedChecks";
import { objectsOf } from "./renderedObjects";

/** The agent of the CNI works on its node, and the sidecars of a mesh without it redirect the traffic themselves. */
const PRIVILEGED = ["istio-cni", "mesh-cni", "shop"];

async function platform(): Promise<Sources> {
  const { platform, dataPlaneMissing } = await resolveToolchain(() => undefined, { extras: "platform" });
  if (platform === undefined) throw new Error(`no platform: ${dataPlaneMissing?.message}`);
  return platform;
}

describe("the objects of the components", function () {
  this.timeout(60_000);
  endSandboxAfterwards();
  const rendered = new Map<string, readonly KubernetesManifest[]>();
  const all = (): KubernetesManifest[] => [...rendered.values()].flat();
  let cluster: Cluster;
  const helmBefore = process.env["SERIN_HELM"];

  before(async function () {
    this.timeout(90_000);
    const [{ kubeconfig }, sources] = await Promise.all([sharedSandbox("simulated"), platform()]);
    process.env["SERIN_HELM"] = sources.helm;
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    cluster = await Cluster.connect(config);
    for (const one of cases) rendered.set(one.name, await objectsOf(one, sources, cluster));
    await prepare(cluster, all());
  });

  after(() => {
    if (helmBefore === undefined) delete process.env["SERIN_HELM"];
    else process.env["SERIN_HELM"] = helmBefore;
  });

  for (const { name, pods } of cases) {
    it(`are taken by the API server, and so are their pods: ${name}`, async () => {
      const objects = rendered.get(name) ?? [];
      ok(objects.length > 0);
      const templates = objects.flatMap((object) => podOf(object) ?? []);
      equal(
        objects
          .filter(podOf)
          .map(({ kind, metadata }) => `${kind} ${metadata?.name}`)
          .sort(),
        [...pods].sort(),
      );
      const refused = await Promise.all([...objects, ...templates].map((object) => refusal(cluster, object)));
      equal(refused.filter(Boolean), []);
    });
  }

  it("are in namespaces of the level `restricted`, but for what works on the network", () => {
    const namespaces = all().filter(({ kind }) => kind === "Namespace");
    ok(namespaces.length > PRIVILEGED.length);
    for (const namespace of namespaces) {
      const { name = "" } = namespace.metadata ?? {};
      equal(levelOf(namespace), PRIVILEGED.includes(name) ? "privileged" : "restricted", name);
    }
  });

  it("would be refused with a field that is misspelt", async () => {
    const deployment = all().find(({ kind }) => kind === "Deployment");
    ok(deployment);
    const { replicas, ...spec } = deployment["spec"] as Record<string, unknown>;
    const misspelt = { ...deployment, spec: { ...spec, replicass: replicas } } as unknown as KubernetesManifest;
    match((await refusal(cluster, misspelt)) ?? "accepted", /\.spec\.replicass: field not declared in schema/);
  });

  it("would be refused with a pod that may do everything", async () => {
    const pod = all().flatMap((object) => podOf(object) ?? [])[0];
    ok(pod);
    const { containers, ...spec } = pod["spec"] as { containers: object[] };
    const privileged = containers.map((container) => ({ ...container, securityContext: { privileged: true } }));
    const strong = { ...pod, spec: { ...spec, containers: privileged } } as unknown as KubernetesManifest;
    match((await refusal(cluster, strong)) ?? `${nameOf(strong)} accepted`, /violates PodSecurity "restricted/);
  });
});
