import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { experimentCrdYaml } from "../../../adapters/kubernetes/crd";
import { downSandbox, type Sandbox, type TrafficPlane, upSandbox } from "../../../sandbox/cluster";

/** What the tests that run with each data plane are to run with. */
export const dataPlane: TrafficPlane = process.env["SERIN_TEST_DATA_PLANE"] === "envoy" ? "envoy" : "simulated";

let shared: Promise<Sandbox> | undefined;

/**
 * The cluster of this file's tests; each test has a namespace and a stack of its own in it.
 *
 * @param wanted data plane of the first call, for a test that makes sense with one only
 */
export function sharedSandbox(wanted: TrafficPlane = dataPlane): Promise<Sandbox> {
  shared ??= start(wanted);
  return shared;
}

async function start(wanted: TrafficPlane): Promise<Sandbox> {
  const said: string[] = [];
  const sandbox = await upSandbox({
    dir: mkdtempSync(join(tmpdir(), "serin-test-")),
    report: (line) => said.push(line),
    ownerPid: process.pid,
    manifests: [experimentCrdYaml()],
    dataPlane: wanted,
  });
  // A test with other traffic than it asked for would show nothing.
  if (sandbox.dataPlane !== wanted) throw new Error(`no sandbox with the data plane ${wanted}: ${said.join("; ")}`);
  return sandbox;
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
