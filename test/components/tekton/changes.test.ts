import { deepStrictEqual as equal } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { labelledVersion, releaseUrls } from "../../../components/tekton/manifests";
import { configMapProps, configsOf, deploymentProps, settingsTransform } from "../../../components/tekton/transforms";
import { valueOf } from "../support/mocks";

const bounds = { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "1Gi" } };

function deployment(pod: object): Record<string, unknown> {
  return {
    metadata: { name: "tekton-pipelines-webhook" },
    spec: { replicas: 1, template: { metadata: {}, spec: pod } },
  };
}

describe("the manifests of Tekton", () => {
  it("are where the project published that version", () => {
    const places = (project: "pipeline" | "triggers", version: string): string[] => releaseUrls(project, version);
    equal(places("pipeline", "v1.6.0"), [
      "https://storage.googleapis.com/tekton-releases/pipeline/previous/v1.6.0/release.yaml",
    ]);
    equal(places("pipeline", "1.6.1"), [
      "https://infra.tekton.dev/tekton-releases/pipeline/previous/v1.6.1/release.yaml",
    ]);
    equal(places("pipeline", "0.68.0"), [
      "https://storage.googleapis.com/tekton-releases/pipeline/previous/v0.68.0/release.yaml",
    ]);
    equal(places("triggers", "v0.37.0"), [
      "https://infra.tekton.dev/tekton-releases/triggers/previous/v0.37.0/release.yaml",
      "https://infra.tekton.dev/tekton-releases/triggers/previous/v0.37.0/interceptors.yaml",
    ]);
  });

  it("tell their version", () => {
    equal(labelledVersion("pipeline", '    pipeline.tekton.dev/release: "v1.0.0"\n'), "v1.0.0");
    equal(labelledVersion("triggers", "    triggers.tekton.dev/release: v0.30.0\n"), "v0.30.0");
    equal(labelledVersion("triggers", "kind: ConfigMap\n"), undefined);
  });
});

describe("the changes to Tekton's objects", () => {
  it("give every container bounds, and keep those that it has", () => {
    const own = { limits: { cpu: "1" } };
    const props = deployment({ containers: [{ name: "a" }, { name: "b", resources: own }] });
    const kept = [
      { name: "a", resources: bounds },
      { name: "b", resources: own },
    ];
    equal(deploymentProps(props, {}), deployment({ containers: kept }));
    const given = { requests: { cpu: "1" } };
    equal(
      deploymentProps(props, { resources: { "tekton-pipelines-webhook": given } }),
      deployment({ containers: kept.map(({ name }) => ({ name, resources: given })) }),
    );
    equal(deploymentProps(props, { resources: { other: given } }), deployment({ containers: kept }));
  });

  it("place pods besides how the release places them", async () => {
    const pod = { nodeSelector: { "kubernetes.io/os": "linux" }, tolerations: [{ key: "a" }], containers: [] };
    const placement = { nodeSelector: { pool: "ci" }, tolerations: [{ key: "b" }], priorityClassName: "high" };
    const { spec } = deploymentProps(deployment(pod), { placement }) as {
      spec: { template: { spec: Record<string, pulumi.Output<unknown>> } };
    };
    const { nodeSelector, tolerations, priorityClassName } = spec.template.spec;
    equal(await valueOf(pulumi.output(nodeSelector)), { "kubernetes.io/os": "linux", pool: "ci" });
    equal(await valueOf(pulumi.output(tolerations)), [{ key: "a" }, { key: "b" }]);
    equal(priorityClassName, "high");
    equal(deploymentProps(deployment({ containers: [] }), { placement }), deployment({ ...placement, containers: [] }));
  });

  it("put entries over those of the ConfigMaps that are named, as text", () => {
    const configs = configsOf({
      featureFlags: { a: true },
      defaults: { b: 3 },
      configMaps: { "feature-flags": { a: "x", c: "y" }, d: {} },
    });
    equal(configs, { "feature-flags": { a: true, c: "y" }, "config-defaults": { b: 3 }, d: {} });
    equal(configMapProps({ data: { a: "false", z: "1" } }, { a: true, b: 3 }), { data: { a: "true", z: "1", b: "3" } });
    equal(configMapProps({}, { a: "b" }), { data: { a: "b" } });
  });

  it("leave everything else as it is", () => {
    const transform = settingsTransform({ featureFlags: { a: "b" } });
    fc.assert(
      fc.property(
        fc.constantFrom("core/v1:Secret", "core/v1:ConfigMap", "rbac.authorization.k8s.io/v1:Role"),
        fc.string(),
        (kind, name) => {
          fc.pre(name !== "feature-flags");
          const args = {
            type: `kubernetes:${kind}`,
            name: "any",
            custom: true,
            props: { metadata: { name } },
            opts: {},
          };
          equal(transform(args), undefined);
        },
      ),
      { numRuns: 100 },
    );
  });
});
