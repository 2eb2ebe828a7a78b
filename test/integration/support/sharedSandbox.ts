import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { experimentCrdYaml } from "../../../adapters/kubernetes/crd";
import { downSandbox, upSandbox, type Sandbox } from "../../../sandbox/cluster";

let shared: Promise<Sandbox> | undefined;

/** The cluster of this file's tests; each test has a namespace and a stack of its own in it. */
export function sharedSandbox(): Promise<Sandbox> {
  shared ??= upSandbox({
    dir: mkdtempSync(join(tmpdir(), "serin-test-")),
    report: () => undefined,
    ownerPid: process.pid,
    manifests: [experimentCrdYaml()],
  });
  return shared;
}

/** To be called in each file's outermost `describe`: takes the cluster down after it. Files may run side by side. */
export function endSandboxAfterwards(): void {
  after(async function () {
    this.timeout(60_000);
    const sandbox = await shared;
    shared = undefined;
    if (sandbox) await downSandbox(sandbox.dir, { purge: true });
  });
}
