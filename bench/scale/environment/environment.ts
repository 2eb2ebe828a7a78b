import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { experimentCrdYaml } from "../../../adapters/kubernetes/crd";
import { KubernetesClient } from "../../../adapters/kubernetes/client";
import { applyManifests } from "../../../sandbox/cluster/apply";
import { launch, mainPort, type Launcher } from "../../../sandbox/cluster/launch";
import { createFolders, layoutOf, type Layout } from "../../../sandbox/cluster/layout";
import { clearOwner, setOwner } from "../../../sandbox/cluster/owner";
import type { PartName } from "../../../sandbox/cluster/parts/part";
import { StateFile } from "../../../sandbox/cluster/state";
import { stopParts } from "../../../sandbox/cluster/stop";
import { resolveToolchain } from "../../../sandbox/toolchain";
import { NAMESPACES } from "../load/releases";
import { CONTROLLER_NAMESPACE, permissions, writeControllerKubeconfig } from "./accounts";
import { auditFolder } from "./audit";
import { AFTER_TYPES, BEFORE_TYPES } from "./parts";

/** All that a controller needs to be measured, in a folder of its own. */
export interface Environment {
  readonly layout: Layout;
  /** As the cluster's admin. */
  readonly client: KubernetesClient;
  readonly controllerKubeconfig: string;
  readonly prometheusUrl: string;
  readonly exporterUrl: string;
  readonly auditFolder: string;
  /** Process number of a part. @throws Error when it has ended */
  readonly pidOf: (part: PartName) => number;
}

/**
 * Starts the parts, hands the environment over, and whatever happens stops every process that carries its mark and removes
 * its files. Should this process be killed, a watchdog does the first of the two.
 *
 * @param logs folder to keep the processes' logs in; without it they are removed too
 * @param signal gives up
 */
export async function withEnvironment<T>(
  report: (line: string) => void,
  logs: string | undefined,
  signal: AbortSignal,
  work: (environment: Environment) => Promise<T>,
): Promise<T> {
  const toolchain = await resolveToolchain(report, { signal });
  const layout = layoutOf(mkdtempSync(join(tmpdir(), "serin-bench-scale-")));
  createFolders(layout);
  const state = new StateFile(layout);
  try {
    setOwner(layout, state, process.pid);
    return await work(await start({ layout, toolchain, state, report, signal }));
  } finally {
    await clearOwner(state);
    await stopParts(layout, state);
    if (logs !== undefined) cpSync(layout.logs, logs, { recursive: true });
    rmSync(layout.dir, { recursive: true, force: true });
  }
}

async function start(launcher: Launcher): Promise<Environment> {
  const { layout, toolchain, state, signal } = launcher;
  for (const part of BEFORE_TYPES) await launch(launcher, part);
  const istio = readFileSync(toolchain.paths["istio-crds"], "utf8");
  const namespaces = [CONTROLLER_NAMESPACE, ...NAMESPACES].map(namespaceYaml);
  await applyManifests(layout.kubeconfig, [istio, experimentCrdYaml(), ...namespaces, ...permissions()], signal);
  for (const part of AFTER_TYPES) await launch(launcher, part);
  const url = (part: PartName): string => `http://127.0.0.1:${mainPort(launcher, part)}`;
  return {
    layout,
    client: await KubernetesClient.connect(layout.kubeconfig),
    controllerKubeconfig: writeControllerKubeconfig(layout),
    prometheusUrl: url("prometheus"),
    exporterUrl: url("mesh"),
    auditFolder: auditFolder(layout),
    pidOf: (part) => {
      const process = state.current.parts[part]?.process;
      if (process === undefined) throw new Error(`${part} does not run`);
      return process.pid;
    },
  };
}

function namespaceYaml(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
}
