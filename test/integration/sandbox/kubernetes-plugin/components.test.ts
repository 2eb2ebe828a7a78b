import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { endSandboxAfterwards } from "../../support/sharedSandbox";
import { Onlooker, Project } from "./project";

const TYPE = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: birds.zoo.example.com }
spec:
  group: zoo.example.com
  scope: Namespaced
  names: { kind: Bird, plural: birds, singular: bird, listKind: BirdList }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { song: { type: string } } } } } }
`;

const CHART: Readonly<Record<string, string>> = {
  "Chart.yaml": "apiVersion: v2\nname: tiny\nversion: 0.1.0\n",
  "values.yaml": "color: red\nsize: small\nhook: true\n",
  "templates/map.yaml": `
apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-map }
data:
  color: {{ .Values.color }}
  size: {{ .Values.size }}
  deployments: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
`,
  "templates/account.yaml": `
apiVersion: v1
kind: ServiceAccount
metadata: { name: {{ .Release.Name }} }
`,
  "templates/hook.yaml": `
apiVersion: v1
kind: ConfigMap
metadata: { name: hook, annotations: { helm.sh/hook: pre-install } }
`,
};

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

interface Exported {
  readonly deployment: {
    readonly resources: readonly {
      readonly urn: string;
      readonly protect?: boolean;
      readonly parent?: string;
      readonly provider?: string;
    }[];
  };
}

describe("the stand-in for the Kubernetes plugin: components", function () {
  this.timeout(120_000);
  endSandboxAfterwards();
  let cluster: Onlooker;
  before(async () => (cluster = await Onlooker.create()));

  async function resourcesOf(project: Project): Promise<Exported["deployment"]["resources"]> {
    return (JSON.parse(await project.exported()) as Exported).deployment.resources;
  }

  it("makes the objects of YAML texts, patterns and objects, with types before their objects", async () => {
    const project = await Project.create(
      "group",
      `const group = new k8s.yaml.v2.ConfigGroup("zoo", {
        files: ["manifests/*.yaml"],
        yaml: "apiVersion: v1\\nkind: Namespace\\nmetadata: { name: zoo }\\n",
        objs: [{ apiVersion: "zoo.example.com/v1", kind: "Bird", metadata: { name: "serin", namespace: "zoo" }, spec: { song: "twitter" } }],
      });
      const one = new k8s.yaml.v2.ConfigFile("one", { file: "one.yaml", resourcePrefix: "first", skipAwait: true });
      exports.count = group.resources.apply((resources) => resources.length);`,
    );
    write(project.folder, {
      "manifests/type.yaml": TYPE,
      "manifests/map.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: food, namespace: zoo }\ndata: { seeds: 'on' }\n",
      "one.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\n---\n\n---\napiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: ConfigMap, metadata: { name: two } }\n",
    });
    await project.up();
    assert.equal((await project.outputs())["count"], 4);
    const names = (await resourcesOf(project)).map(({ urn }) => urn.split("::").slice(2).join("::"));
    for (const name of [
      "kubernetes:yaml/v2:ConfigGroup$kubernetes:zoo.example.com/v1:Bird::zoo:zoo/serin",
      "kubernetes:yaml/v2:ConfigGroup$kubernetes:core/v1:Namespace::zoo:zoo",
      "kubernetes:yaml/v2:ConfigGroup$kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition::zoo:birds.zoo.example.com",
      "kubernetes:yaml/v2:ConfigGroup$kubernetes:core/v1:ConfigMap::zoo:zoo/food",
      "kubernetes:yaml/v2:ConfigFile$kubernetes:core/v1:ConfigMap::first:default/one",
      "kubernetes:yaml/v2:ConfigFile$kubernetes:core/v1:ConfigMap::first:default/two",
    ]) {
      assert.ok(names.includes(name), `${name} in ${names.join("\n")}`);
    }
    await project.expectNoChanges();
    await project.destroy();
    assert.equal(await cluster.exists("v1", "Namespace", "zoo"), false);
  });

  it("makes an object of a type that the same program defines", async () => {
    const project = await Project.create(
      "custom",
      `const type = new k8s.yaml.v2.ConfigGroup("type", { yaml: ${JSON.stringify(TYPE.replaceAll("zoo.example.com", "park.example.com"))} });
      new k8s.apiextensions.CustomResource("serin", {
        apiVersion: "park.example.com/v1", kind: "Bird",
        metadata: { name: "serin", annotations: { "pulumi.com/waitFor": "jsonpath={.spec.song}=twitter" } },
        spec: { song: "twitter" },
      });`,
    );
    await project.expect("", "preview");
    // Without a dependency on the type: it is waited for.
    await project.up();
  });

  it("makes a chart, whose options and transforms reach the children", async () => {
    const project = await Project.create(
      "chart",
      `const transform = ({ type, props, opts }) => type === "kubernetes:core/v1:ConfigMap"
        ? { props: { ...props, data: { ...props.data, size: "large" } }, opts } : undefined;
      const chart = new k8s.helm.v4.Chart(phase === "renamed" ? "fresh" : "tiny", {
        chart: "./chart", namespace: "default", name: "rel", resourcePrefix: "tiny",
        values: { color: pulumi.output("green") },
        valueYamlFiles: [new pulumi.asset.StringAsset("color: blue")],
      }, { transforms: [transform], protect: phase === "", aliases: phase === "renamed" ? [{ name: "tiny" }] : [] });
      exports.count = chart.resources.apply((resources) => resources.length);`,
    );
    write(join(project.folder, "chart"), CHART);
    await project.up();
    const { data } = (await cluster.get("v1", "ConfigMap", "rel-map")) as { data?: unknown };
    assert.deepEqual(data, { color: "green", size: "large", deployments: "true" });
    assert.equal((await project.outputs())["count"], 2);
    assert.equal(await cluster.exists("v1", "ConfigMap", "hook"), false);
    const children = (await resourcesOf(project)).filter(({ urn }) => urn.includes("Chart$"));
    assert.deepEqual(
      children.map(({ protect }) => protect),
      [true, true],
    );
    const uid = (await cluster.get("v1", "ConfigMap", "rel-map")).metadata?.uid;

    const renamed = await project.up("renamed");
    assert.doesNotMatch(renamed, /created|deleted|replaced/);
    assert.equal((await cluster.get("v1", "ConfigMap", "rel-map")).metadata?.uid, uid);
  });

  it("uses the provider that a component is given, with a kubeconfig as text", async () => {
    const project = await Project.create(
      "explicit",
      `const text = require("fs").readFileSync(process.env.SANDBOX_KUBECONFIG, "utf8");
      const place = new k8s.core.v1.Namespace("place", { metadata: { name: "place" } });
      const provider = new k8s.Provider("own", { kubeconfig: pulumi.secret(text), namespace: place.metadata.name });
      new k8s.yaml.v2.ConfigGroup("g", { yaml: "apiVersion: v1\\nkind: ConfigMap\\nmetadata: { name: here }\\n" }, { provider });`,
    );
    await project.up();
    assert.ok(await cluster.exists("v1", "ConfigMap", "here", "place"));
    const children = (await resourcesOf(project)).filter(({ urn }) => urn.includes("ConfigGroup$"));
    assert.deepEqual(
      children.map(({ provider }) => provider?.includes("::own::")),
      [true],
    );
  });

  it("makes no objects of texts that a preview does not know yet", async () => {
    const project = await Project.create(
      "unknown",
      `const map = new k8s.core.v1.ConfigMap("m", { data: {} });
      const uid = map.metadata.uid;
      const group = new k8s.yaml.v2.ConfigGroup("late", {
        yaml: pulumi.interpolate\`apiVersion: v1\\nkind: ConfigMap\\nmetadata: { name: late }\\ndata: { uid: "\${uid}" }\\n\`,
      });
      exports.count = group.resources.apply((resources) => resources.length);`,
    );
    await project.expect("", "preview");
    await project.up();
    assert.equal((await project.outputs())["count"], 1);
  });
});
