import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { CONTROLLER_USER, permissions } from "../../../../bench/scale/environment/accounts";

describe("what the measured controller may do", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "serin-test-deploy-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const granted = () => permissions(folder).map((text) => parse(text) as Record<string, unknown>);
  const user = [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: CONTROLLER_USER }];

  it("is what Serin is deployed with, given to the bench's user", () => {
    mkdirSync(join(folder, "controller"));
    writeFileSync(
      join(folder, "controller", "all.yaml"),
      "kind: ClusterRole\nmetadata: { name: c }\nrules: []\n---\nkind: Deployment\nmetadata: { name: d }\n---\n" +
        "kind: ClusterRoleBinding\nmetadata: { name: b }\nsubjects: [{ kind: ServiceAccount, name: s }]\n",
    );
    assert.deepEqual(granted(), [
      { kind: "ClusterRole", metadata: { name: "c" }, rules: [] },
      { kind: "ClusterRoleBinding", metadata: { name: "b" }, subjects: user },
    ]);
  });
  it("is everything where no binding is found", () => {
    for (const found of [granted(), permissions(join(folder, "missing")).map((text) => parse(text))]) {
      const [binding] = found as { roleRef?: { name: string }; subjects?: unknown }[];
      assert.deepEqual([found.length, binding?.roleRef?.name, binding?.subjects], [1, "cluster-admin", user]);
    }
  });
});
