import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { KubernetesClient } from "../../adapters/kubernetes/client";
import { experimentCrdYaml } from "../../adapters/kubernetes/crd";
import { downSandbox, upSandbox, type Sandbox } from "../../sandbox/cluster";
import { untilTrue } from "../faults/cases/patience";

/** Namespace of all that the bench makes, the controller's Lease included. */
export const NAMESPACE = "bench";

/** What all measures of a run work with. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** What `upSandbox` took, in ms. */
  readonly upMs: number;
  readonly client: KubernetesClient;
  readonly signal: AbortSignal;
  /** Tells whoever watches. */
  readonly say: (line: string) => void;
  /** @throws Error naming what did not become true within the time, in ms; or the signal's reason */
  readonly until: (what: string, holds: () => Promise<boolean>, withinMs: number) => Promise<void>;
}

/**
 * Starts a sandbox with the data plane `envoy` in a folder of its own, hands it over, and whatever happens takes it down
 * again.
 *
 * @param signal gives up
 * @throws Error where Envoy cannot be had
 */
export async function withStage<T>(
  say: (line: string) => void,
  signal: AbortSignal,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "serin-bench-data-plane-"));
  try {
    const begun = performance.now();
    const namespace = stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    const sandbox = await upSandbox({
      dir,
      report: say,
      ownerPid: process.pid,
      manifests: [experimentCrdYaml(), namespace],
      dataPlane: "envoy",
      signal,
    });
    const upMs = performance.now() - begun;
    if (sandbox.dataPlane !== "envoy") throw new Error("there is no Envoy here, and so nothing to measure");
    const until: Stage["until"] = (what, holds, withinMs) =>
      untilTrue(
        what,
        () => {
          signal.throwIfAborted();
          return holds();
        },
        withinMs,
      );
    return await work({
      sandbox,
      upMs,
      client: await KubernetesClient.connect(sandbox.kubeconfig),
      signal,
      say,
      until,
    });
  } finally {
    await downSandbox(dir, { purge: true });
    rmSync(dir, { recursive: true, force: true });
  }
}
