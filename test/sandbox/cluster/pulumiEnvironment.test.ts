import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiEnvironment } from "../../../sandbox/cluster/pulumiEnvironment";
import type { Toolchain } from "../../../sandbox/toolchain";

describe("environment of pulumi", () => {
  let dir = "";
  before(() => (dir = mkdtempSync(join(tmpdir(), "serin-pulumi-"))));
  after(() => rmSync(dir, { recursive: true, force: true }));

  const environment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
    const toolchain = { paths: { pulumi: "/tools/pulumi/pulumi" }, tools: [] } as unknown as Toolchain;
    return pulumiEnvironment({ dir, kubeconfig: join(dir, "kubeconfig"), toolchain }, [], env);
  };

  it("keeps state and settings in the sandbox's folder", () => {
    const { PULUMI_BACKEND_URL, PULUMI_HOME, KUBECONFIG } = environment({});
    assert.ok(PULUMI_BACKEND_URL?.startsWith(`file://${dir}/`));
    assert.ok(PULUMI_HOME?.startsWith(`${dir}/`));
    assert.equal(KUBECONFIG, join(dir, "kubeconfig"));
  });

  it("puts the toolchain before the user's programs", () => {
    assert.equal(environment({ PATH: "/usr/bin" }).PATH, "/tools/pulumi:/usr/bin");
  });

  it("does not let the user's own settings for Pulumi and Kubernetes through", () => {
    const theirs = {
      KUBECONFIG: "/x",
      PULUMI_ACCESS_TOKEN: "x",
      PULUMI_STACK: "x",
      PULUMI_BACKEND_URL: "x",
      PULUMI_HOME: "/x",
    };
    const result = environment({ ...theirs, PULUMI_CONFIG_PASSPHRASE_FILE: "/x", LANG: "C" });
    assert.ok(!Object.values(result).includes("x") && !Object.values(result).includes("/x"));
    assert.equal(result.LANG, "C");
  });
});
