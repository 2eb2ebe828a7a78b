import assert from "node:assert/strict";
import { CONTROLLER_LEASE } from "../../adapters/kubernetes/lease";
import { NOTIFIERS_CONFIG_MAP } from "../../adapters/notify";
import { METRICS_CONFIG_MAP } from "../../adapters/prometheus";
import { manifestsOf, permissionsOf, rolesOf, textOf, type Manifest } from "./manifests";

interface Binding extends Manifest {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
}

const cluster = rolesOf("cluster/rbac.yaml");
const namespaced = rolesOf("namespaced/rbac.yaml");

describe("the rights of the controller", () => {
  it("name every verb, group and resource, none twice", () => {
    for (const roles of [cluster, namespaced]) {
      const all = roles.flatMap(permissionsOf);
      const texts = all.map(textOf);
      assert.equal(new Set(texts).size, texts.length);
      for (const text of texts) assert.doesNotMatch(text, /\*/);
    }
  });

  it("are about one object where the API server can tell which one", () => {
    const all = cluster.flatMap(permissionsOf);
    const named = all.filter(({ name }) => name !== undefined);
    // The name of what is created is not known to the authorizer: such a rule would permit nothing.
    assert.deepEqual(
      named.filter(({ verb }) => verb === "create"),
      [],
    );
    assert.deepEqual(
      named.map(({ name }) => name).filter((name) => name !== "serin-controller"),
      [METRICS_CONFIG_MAP, METRICS_CONFIG_MAP, NOTIFIERS_CONFIG_MAP, NOTIFIERS_CONFIG_MAP],
    );
    for (const { resource, verb, name } of all) {
      assert.ok(resource !== "configmaps" || name !== undefined, "no ConfigMap but the two");
      assert.ok(resource !== "deployments" || verb !== "get" || name === "serin-controller", "its own Deployment only");
    }
    assert.equal(CONTROLLER_LEASE, "serin-controller", "the comment beside the rule for Leases");
  });

  it("are the same in one namespace as in all", () => {
    assert.deepEqual(
      namespaced.flatMap(permissionsOf).map(textOf).sort(),
      cluster.flatMap(permissionsOf).map(textOf).sort(),
    );
    assert.deepEqual(
      namespaced.map(({ kind, metadata }) => [kind, metadata.namespace]),
      [["Role", "shop"]],
    );
  });

  for (const file of ["cluster/rbac.yaml", "namespaced/rbac.yaml"]) {
    it(`are bound to its ServiceAccount alone: ${file}`, () => {
      const roles = rolesOf(file).map(({ kind, metadata: { name, namespace } }) => ({ kind, name, namespace }));
      const bindings = manifestsOf<Binding>(file).filter(({ kind }) => kind.endsWith("Binding"));
      const bound = bindings.map(({ roleRef: { kind, name }, metadata: { namespace } }) => ({ kind, name, namespace }));
      assert.deepEqual(bound, roles);
      for (const { subjects, kind, metadata } of bindings) {
        assert.equal(kind, metadata.namespace === undefined ? "ClusterRoleBinding" : "RoleBinding");
        const namespace = metadata.namespace ?? "iter8";
        assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "serin-controller", namespace }]);
      }
    });
  }
});
