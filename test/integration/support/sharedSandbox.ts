import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { experimentCrdYaml } from "../../../adapters/kubernetes/crd";
import { downSandbox, upSandbox, type Sandbox } from "../../../sandbox/cluster";

let shared: Promise<Sandbox> | undefined;

/** One cluster for all integration tests of releases; each test has a namespace and a stack of its own in it. */
export function sharedSandbox(): Promise<Sandbox> {
  shared ??= upSandbox({
    dir: mkdtempSync(join(tmpdir(), "serin-test-")),
    report: () => undefined,
    ownerPid: process.pid,
    manifests: [experimentCrdYaml()],
  });
  return shared;
}

after(async function () {
  this.timeout(60_000);
  const sandbox = await shared;
  if (!sandbox) return;
  await downSandbox(sandbox.dir, { purge: true });
  rmSync(sandbox.dir, { recursive: true, force: true });
});
