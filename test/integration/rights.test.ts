import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { KubernetesObject } from "../../adapters/kubernetes/paths";
import { GOOD, ReleaseFixture } from "./support/releaseFixture";
import { endSandboxAfterwards } from "./support/sharedSandbox";

const RBAC = "rbac.authorization.k8s.io/v1";

/** The ClusterRole that the guide tells people to use. */
function documentedRole(): KubernetesObject {
  const guide = readFileSync(join(__dirname, "..", "..", "docs", "operations.md"), "utf8");
  const [, text] = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(guide) ?? [];
  return parse(text ?? "") as KubernetesObject;
}

/** A kubeconfig of a ServiceAccount that has the documented rights and no others. @returns its path */
async function restrictedKubeconfig({ client, namespace, sandbox }: ReleaseFixture): Promise<string> {
  const role = { ...documentedRole(), metadata: { name: namespace } };
  await client.create({ apiVersion: RBAC, plural: "clusterroles" }, role);
  await client.create({ apiVersion: "v1", plural: "serviceaccounts" }, { metadata: { name: "releaser", namespace } });
  await client.create({ apiVersion: RBAC, plural: "clusterrolebindings" }, {
    metadata: { name: namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: namespace },
    subjects: [{ kind: "ServiceAccount", name: "releaser", namespace }],
  } as KubernetesObject);
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: { name: "", namespace } };
  const tokens = { apiVersion: "v1", plural: "serviceaccounts/releaser/token" };
  const { status } = (await client.create(tokens, { ...request, spec: {} } as KubernetesObject)) as KubernetesObject & {
    status: { token: string };
  };
  const config = parse(readFileSync(sandbox.kubeconfig, "utf8")) as { users: { name: string; user: object }[] };
  const users = config.users.map(({ name }) => ({ name, user: { token: status.token } }));
  const path = join(sandbox.dir, `${namespace}.kubeconfig`);
  writeFileSync(path, stringify({ ...config, users }), { mode: 0o600 });
  return path;
}

describe("a release with the documented rights and no others", function () {
  this.timeout(180_000);
  endSandboxAfterwards();

  it("is deployed, released and destroyed without anything forbidden", async () => {
    const fixture = await ReleaseFixture.create("rights");
    await fixture.stack.configure({ kubeconfig: await restrictedKubeconfig(fixture), onDestroy: "delete" });
    for (const tag of ["v1", "v2"]) {
      await fixture.want(tag, GOOD);
      const { code, stdout } = await fixture.stack.up();
      assert.equal(code, 0, stdout);
      assert.doesNotMatch(stdout, /forbidden/i);
    }
    assert.ok(
      (await fixture.events()).some(({ reason }) => reason === "ExperimentSucceeded"),
      "events may be written",
    );
    const { code, stdout } = await fixture.stack.destroy();
    assert.equal(code, 0, stdout);
    assert.deepEqual(await fixture.deployments(), []);
  });
});
