import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  kubeConfigOf,
  refusalsOf,
  settingsOf,
  type Settings,
} from "../../../../sandbox/kubernetes-plugin/config/settings";
import { secret, UNKNOWN } from "../../../../sandbox/kubernetes-plugin/values/value";

const text = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  clusters: [
    { name: "a", cluster: { server: "https://a" } },
    { name: "b", cluster: { server: "https://b" } },
  ],
  users: [{ name: "u", user: {} }],
  contexts: [
    { name: "in-a", context: { cluster: "a", user: "u", namespace: "shop" } },
    { name: "in-b", context: { cluster: "b", user: "u" } },
  ],
  "current-context": "in-a",
});

const settings = (rest: Partial<Settings>): Settings => ({ ...(settingsOf({}, {}) as Settings), ...rest });

describe("a provider's settings", () => {
  const dir = mkdtempSync(join(tmpdir(), "serin-settings-"));
  const path = join(dir, "config");
  writeFileSync(path, text);
  after(() => rmSync(dir, { recursive: true }));

  const server = (given: Partial<Settings>, env: NodeJS.ProcessEnv = {}) =>
    kubeConfigOf(settings(given), env).getCurrentCluster()?.server;

  it("find the cluster by text, path or environment", () => {
    assert.equal(server({ kubeconfig: text }), "https://a");
    assert.equal(server({ kubeconfig: path }), "https://a");
    assert.equal(server({}, { KUBECONFIG: path }), "https://a");
  });

  it("choose a context, or a cluster", () => {
    assert.equal(server({ kubeconfig: text, context: "in-b" }), "https://b");
    assert.equal(server({ kubeconfig: text, cluster: "b" }), "https://b");
    assert.throws(() => server({ kubeconfig: text, context: "no" }), /'context' \(no\) is not in the kubeconfig/);
  });

  it("say what is wrong without telling what is in it", () => {
    assert.throws(
      () => server({ kubeconfig: "token: hunter2\n\t- bad" }),
      (error: Error) => !error.message.includes("hunter2"),
    );
    assert.throws(() => server({ kubeconfig: join(dir, "none") }), /cannot read the kubeconfig .*none/);
  });

  it("are not there while something is unknown", () => {
    assert.equal(settingsOf({ kubeconfig: UNKNOWN }, {}), undefined);
  });

  it("are flags as text, as JSON or in the environment", () => {
    assert.equal(settingsOf({ enablePatchForce: "true" }, {})?.enablePatchForce, true);
    assert.equal(
      settingsOf({ enablePatchForce: false }, { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" })?.enablePatchForce,
      false,
    );
    assert.equal(settingsOf({}, { PULUMI_K8S_ENABLE_PATCH_FORCE: "1" })?.enablePatchForce, true);
    assert.equal(settingsOf({ kubeconfig: secret(text) }, {})?.kubeconfig, text);
  });

  it("are refused by name where they cannot be followed", () => {
    const refused = refusalsOf({
      renderYamlToDirectory: "out",
      enableServerSideApply: "false",
      deleteUnreachable: "maybe",
    });
    assert.deepEqual(
      refused.map(({ property }) => property),
      ["renderYamlToDirectory", "enableServerSideApply", "deleteUnreachable"],
    );
    assert.deepEqual(refusalsOf({ kubeconfig: "x", deleteUnreachable: "true" }), []);
  });
});
