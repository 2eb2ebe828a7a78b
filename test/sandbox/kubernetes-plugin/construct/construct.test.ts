import assert from "node:assert/strict";
import { chartFlags, isSecretChart } from "../../../../sandbox/kubernetes-plugin/construct/chart";
import { childInputs, childName } from "../../../../sandbox/kubernetes-plugin/construct/component";
import { dependenciesOf, type Placed } from "../../../../sandbox/kubernetes-plugin/construct/order";
import { objectsInYaml } from "../../../../sandbox/kubernetes-plugin/construct/yamlText";
import { invoke } from "../../../../sandbox/kubernetes-plugin/invoke";
import { secret, type Properties } from "../../../../sandbox/kubernetes-plugin/values/value";

function placed(apiVersion: string, kind: string, name: string, namespace?: string, rest: Properties = {}): Placed {
  return { apiVersion, kind, name, namespace, object: { apiVersion, kind, metadata: { name }, ...rest } };
}

function after(objects: readonly Placed[]): Record<string, string[]> {
  const entries = [...dependenciesOf(objects)].map(([index, before]) => [
    objects[index]?.name ?? "",
    [...before].map((i) => objects[i]?.name ?? "").sort(),
  ]);
  return Object.fromEntries(entries) as Record<string, string[]>;
}

describe("the order of a group's objects", () => {
  it("has namespaces and types before what uses them, and webhooks after all that is none", () => {
    const type = placed("apiextensions.k8s.io/v1", "CustomResourceDefinition", "birds", undefined, {
      spec: { group: "zoo.dev", names: { kind: "Bird" } },
    });
    const order = after([
      placed("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "hook"),
      placed("zoo.dev/v1", "Bird", "serin", "zoo"),
      placed("other.dev/v1", "Bird", "other", "elsewhere"),
      type,
      placed("v1", "Namespace", "zoo"),
    ]);
    assert.deepEqual(order, {
      hook: ["birds", "other", "serin", "zoo"],
      serin: ["birds", "zoo"],
      other: [],
      birds: [],
      zoo: [],
    });
  });

  const dependsOn = (text: string): Properties => ({
    metadata: { name: "a", annotations: { "config.kubernetes.io/depends-on": text } },
  });

  it("follows the annotation", () => {
    const b = placed("apps/v1", "Deployment", "b", "shop");
    const c = placed("v1", "Namespace", "c");
    const a = placed("v1", "ConfigMap", "a", "x", dependsOn("apps/namespaces/shop/Deployment/b, /Namespace/c"));
    assert.deepEqual(after([a, b, c])["a"], ["b", "c"]);
  });

  it("refuses an annotation that names nothing, and a circle", () => {
    const a = placed("v1", "ConfigMap", "a", "x", dependsOn("/namespaces/x/Secret/b"));
    assert.throws(() => dependenciesOf([a]), /ConfigMap a: .*\/namespaces\/x\/Secret\/b, which is not among/);
    const b = placed("v1", "Secret", "b", "x", dependsOn("/namespaces/x/ConfigMap/a"));
    assert.throws(() => dependenciesOf([a, b]), /wait for each other: ConfigMap a, Secret b/);
  });

  it("has settings and rights before the workloads of the same namespace", () => {
    const order = after([
      placed("apps/v1", "Deployment", "web", "shop"),
      placed("v1", "Secret", "certs", "shop"),
      placed("v1", "ConfigMap", "others", "elsewhere"),
      placed("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "rights"),
      placed("v1", "Service", "front", "shop"),
    ]);
    assert.deepEqual(order, { web: ["certs", "rights"], certs: [], others: [], rights: [], front: [] });
  });
});

describe("a component's children", () => {
  it("are named by prefix, namespace and name", () => {
    assert.equal(childName({ namespace: "shop", name: "web" }, "app"), "app:shop/web");
    assert.equal(childName({ namespace: undefined, name: "shop" }, "app"), "app:shop");
  });

  it("are not waited for where the component says so, and secret where it is", () => {
    const { object } = placed("v1", "ConfigMap", "m", "x", { data: { a: "1" } });
    const inputs = childInputs({ object }, { skipAwait: true, isSecret: true });
    assert.deepEqual(inputs["metadata"], { name: "m", annotations: { "pulumi.com/skipAwait": "true" } });
    assert.deepEqual([inputs["kind"], inputs["data"]], ["ConfigMap", secret({ a: "1" })]);
  });
});

describe("YAML as Kubernetes reads it", () => {
  const cases: [string, unknown][] = [
    ["on", true],
    ["'on'", "on"],
    ["0644", 420],
    ["12:30", "12:30"],
    ["2024-01-01", "2024-01-01"],
    ["1_000", 1000],
    ["~", null],
    ["1e3", 1000],
  ];
  for (const [text, value] of cases) {
    it(text, () => assert.deepEqual(objectsInYaml(`a: ${text}`, "text")[0]?.["a"], value));
  }

  it("takes lists apart, and leaves empty documents out", () => {
    const text =
      "---\n# nothing\n---\nkind: List\nitems:\n- kind: A\n- kind: BList\n  items: [{ kind: B }]\n---\nkind: C\n";
    assert.deepEqual(
      objectsInYaml(text, "text").map(({ kind }) => kind),
      ["A", "B", "C"],
    );
    assert.deepEqual(objectsInYaml("", "text"), []);
  });

  it("has anchors and merges", () => {
    assert.deepEqual(objectsInYaml("x: &x { a: 1 }\nz: { <<: *x, b: 2 }", "text")[0]?.["z"], { a: 1, b: 2 });
  });

  it("is refused with where it is wrong", () => {
    assert.throws(() => objectsInYaml("a: 1\n---\na: [", "web.yaml"), /web\.yaml: document 2 is not YAML/);
    assert.throws(() => objectsInYaml("just text", "web.yaml"), /document 1 is no Kubernetes object/);
  });
});

describe("a chart", () => {
  const cases: [string, Properties, string[]][] = [
    ["in a folder", { chart: "./chart" }, ["./chart"]],
    [
      "in a repository",
      { chart: "web", version: "1.2", devel: true, repositoryOpts: { repo: "https://example.com" } },
      ["web", "--repo=https://example.com", "--version=1.2"],
    ],
    ["in a repository with a name", { chart: "web", repositoryOpts: { repo: "own" } }, ["own/web"]],
    [
      "in a registry",
      { chart: "oci://example.com/web", plainHttp: true, devel: true },
      ["oci://example.com/web", "--devel", "--plain-http"],
    ],
    [
      "with a post-renderer",
      { chart: "c", postRenderer: { command: "sed", args: ["s/a/b/"] } },
      ["c", "--post-renderer=sed", "--post-renderer-args=s/a/b/"],
    ],
  ];
  for (const [where, args, flags] of cases) it(where, () => assert.deepEqual(chartFlags(args), flags));

  it("needs a name", () => assert.throws(() => chartFlags({}), /'chart' must be/));

  it("is secret where its values are, but not for its repository's password", () => {
    assert.equal(isSecretChart({ values: { a: secret("x") } }), true);
    assert.equal(isSecretChart({ repositoryOpts: { password: secret("x") } }), false);
  });
});

describe("functions", () => {
  it("decode YAML", () => {
    const { result } = invoke("kubernetes:yaml:decode", {
      text: "kind: A\n---\nkind: B\nmetadata: { namespace: x }",
      defaultNamespace: "y",
    });
    assert.deepEqual(result, [
      { kind: "A", metadata: { namespace: "y" } },
      { kind: "B", metadata: { namespace: "x" } },
    ]);
  });

  it("that are missing say what to use", () => {
    assert.throws(() => invoke("kubernetes:helm:template", {}), /use helm\.v4\.Chart/);
    assert.throws(() => invoke("kubernetes:x:y", {}), /no function kubernetes:x:y/);
  });
});
