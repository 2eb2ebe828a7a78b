import { isHealthy } from "./health";
import { layoutOf } from "./layout";
import { partsOf } from "./parts";
import type { DataPlaneName, PartName } from "./parts/part";
import { isAlive } from "./processes";
import { dataPlaneOf, readState } from "./state";

export interface PartStatus {
  readonly name: PartName;
  readonly pid?: number;
  readonly port?: number;
  readonly health: "healthy" | "unhealthy" | "stopped";
  /** Nobody has asked for it, so that nothing is missing. */
  readonly isIdle?: boolean;
}

export interface SandboxStatus {
  readonly dir: string;
  readonly kubeconfig: string;
  readonly dataPlane: DataPlaneName;
  readonly parts: readonly PartStatus[];
  readonly healthy: boolean;
  /** The process whose end is the sandbox's end, if it has one. */
  readonly ownerPid?: number;
}

export async function statusOf(dir: string): Promise<SandboxStatus> {
  const layout = layoutOf(dir);
  const state = readState(layout);
  const dataPlane = dataPlaneOf(state);
  const found = await Promise.all(
    partsOf(dataPlane).map(async (part): Promise<PartStatus> => {
      const { name } = part;
      const { process, ports } = state?.parts[name] ?? {};
      const port = ports?.[part.ports[0]];
      if (!isAlive(process) || port === undefined) {
        const isIdle = part.onDemand === true && process === undefined;
        return { name, port, health: "stopped", ...(isIdle ? { isIdle } : {}) };
      }
      return { name, pid: process.pid, port, health: (await isHealthy(part, port)) ? "healthy" : "unhealthy" };
    }),
  );
  return {
    dir: layout.dir,
    kubeconfig: layout.kubeconfig,
    dataPlane,
    parts: found,
    healthy: found.every(({ health, isIdle }) => isIdle ?? health === "healthy"),
    ownerPid: state?.owner?.pid,
  };
}
