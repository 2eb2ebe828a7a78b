import assert from "node:assert/strict";
import { diffObject, pathOf, type DiffRequest } from "../../../../sandbox/kubernetes-plugin/objects/diff";
import { changesBetween } from "../../../../sandbox/kubernetes-plugin/objects/inputDiff";
import { asksForNewObject, isMutable, movesGroup } from "../../../../sandbox/kubernetes-plugin/objects/replacement";
import { formatPath, parsePath } from "../../../../sandbox/kubernetes-plugin/values/path";
import { secret, UNKNOWN, type Properties } from "../../../../sandbox/kubernetes-plugin/values/value";

describe("changes of inputs", () => {
  const cases: [string, Properties, Properties, string[]][] = [
    ["nothing", { a: { b: [1] } }, { a: { b: [1] } }, []],
    ["null for nothing", { a: null }, {}, []],
    ["another value", { a: { b: 1 } }, { a: { b: 2 } }, ["update a.b"]],
    ["a new entry", { a: {} }, { a: { b: { c: 1 } } }, ["add a.b"]],
    ["an entry less", { a: { b: 1 } }, { a: {} }, ["delete a.b"]],
    ["a longer list", { a: [1] }, { a: [1, 2] }, ["add a[1]"]],
    ["another shape", { a: [1] }, { a: { b: 1 } }, ["update a"]],
    ["what is not known yet", { a: 1 }, { a: UNKNOWN }, ["update a"]],
    ["a value that became secret", { a: "x" }, { a: secret("x") }, ["update a"]],
    ["a value that is no longer secret", { a: secret("x") }, { a: "x" }, ["update a"]],
    ["another secret", { a: secret({ b: "x" }) }, { a: secret({ b: "y" }) }, ["update a.b"]],
  ];
  for (const [what, olds, news, expected] of cases) {
    it(what, () => {
      assert.deepEqual(
        changesBetween(olds, news).map(({ kind, path }) => `${kind} ${formatPath(path)}`),
        expected,
      );
    });
  }
});

describe("what asks for a new object", () => {
  const cases: [string, string, string, boolean][] = [
    ["v1", "ConfigMap", "metadata.name", true],
    ["v1", "ConfigMap", "metadata.labels.a", false],
    ["v1", "ConfigMap", "data.a", true],
    ["v1", "Secret", "stringData", true],
    ["apps/v1", "Deployment", "spec.selector.matchLabels.app", true],
    ["apps/v1", "Deployment", "spec.replicas", false],
    ["apps/v1", "Deployment", "spec", true],
    ["apps/v1", "StatefulSet", "spec.volumeClaimTemplates[0].spec", true],
    ["apps/v1", "DaemonSet", "spec.selector", true],
    ["batch/v1", "Job", "spec.template.spec.containers[0].image", true],
    ["batch/v1", "Job", "spec.parallelism", false],
    ["v1", "Pod", "spec.containers[0].image", false],
    ["v1", "Pod", "spec.containers[0].command", true],
    ["v1", "Service", "spec.clusterIP", true],
    ["v1", "Service", "spec.clusterIPFoo", false],
    ["v1", "PersistentVolumeClaim", "spec.storageClassName", true],
    ["v1", "PersistentVolumeClaim", "spec.resources.requests.storage", false],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef.name", true],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "subjects[0].name", false],
    ["storage.k8s.io/v1", "StorageClass", "provisioner", true],
    ["example.com/v1", "Deployment", "spec.selector", false],
  ];
  for (const [apiVersion, kind, path, expected] of cases) {
    it(`${kind} ${path}: ${expected}`, () => {
      assert.equal(asksForNewObject(apiVersion, kind, parsePath(path) ?? []), expected);
    });
  }

  it("another group, but not another version of it", () => {
    assert.equal(movesGroup("apps/v1beta1", "apps/v1"), false);
    assert.equal(movesGroup("extensions/v1beta1", "apps/v1"), false);
    assert.equal(movesGroup("a.example.com/v1", "b.example.com/v1"), true);
  });

  it("the content of a ConfigMap, unless the provider says otherwise or the object is immutable", () => {
    const target = { apiVersion: "v1", kind: "ConfigMap", patch: false };
    const settings = { enableConfigMapMutable: true } as never;
    assert.equal(isMutable(target, {}, undefined), false);
    assert.equal(isMutable(target, {}, settings), true);
    assert.equal(isMutable(target, { immutable: true }, settings), false);
    assert.equal(isMutable({ ...target, kind: "Secret" }, {}, settings), false);
  });
});

describe("a difference without a cluster", () => {
  const request = (olds: Properties, news: Properties, id = "default/web"): DiffRequest => {
    const header = { apiVersion: "apps/v1", kind: "Deployment" };
    const urn = "urn:pulumi:dev::shop::kubernetes:apps/v1:Deployment::web";
    return { urn, id, state: {}, oldInputs: { ...header, ...olds }, news: { ...header, ...news }, ignoreChanges: [] };
  };

  it("replaces, the old object first where the name stays", async () => {
    const metadata = { name: "web", namespace: "default" };
    const olds = { metadata, spec: { selector: { a: "1" } } };
    const same = await diffObject(request(olds, { metadata, spec: { selector: { a: "2" } } }), undefined);
    assert.deepEqual([same.replaces.length, same.deleteFirst], [1, true]);
    const other = await diffObject(request(olds, { ...olds, metadata: { ...metadata, name: "web2" } }), undefined);
    assert.deepEqual([other.replaces.length, other.deleteFirst], [1, false]);
  });

  it("makes the new object first where the engine makes up another name", async () => {
    const metadata = { name: "web-12345678", namespace: "default", annotations: { "pulumi.com/autonamed": "true" } };
    const news = { metadata, spec: { selector: { a: "2" } } };
    const { deleteFirst } = await diffObject(
      request({ metadata, spec: { selector: {} } }, news, "default/web-12345678"),
      undefined,
    );
    assert.equal(deleteFirst, false);
  });

  it("does not count the default namespace that was added later", async () => {
    const olds = { metadata: { name: "web" } };
    const same = await diffObject(request(olds, { metadata: { name: "web", namespace: "default" } }), undefined);
    assert.deepEqual(same.changes, []);
    const moved = await diffObject(request(olds, { metadata: { name: "web", namespace: "other" } }), undefined);
    assert.equal(moved.replaces.length, 1);
  });
});

describe("a field as the API server names it", () => {
  const cases: [string, string][] = [
    [".spec.replicas", "spec.replicas"],
    ['.spec.template.spec.containers[name="app"].image', "spec.template.spec.containers"],
    ["spec.ports[0].nodePort", "spec.ports[0].nodePort"],
  ];
  for (const [field, path] of cases) it(field, () => assert.equal(formatPath(pathOf(field)), path));
});
