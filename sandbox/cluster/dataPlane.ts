import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { DataPlane, Toolchain } from "../toolchain";
import { SandboxError } from "./errors";
import type { DataPlaneName } from "./parts/part";

/** The programs of the data plane `envoy`. @throws SandboxError where they cannot be had */
export function dataPlanePrograms({ dataPlane, dataPlaneMissing }: Toolchain): DataPlane {
  if (dataPlane) return dataPlane;
  throw new SandboxError(`Envoy cannot be had: ${dataPlaneMissing?.message ?? "it was not asked for"}`);
}

/** Why the data plane `envoy` cannot be had on this machine, in one line; undefined where it can. */
export function whyNoEnvoy(toolchain: Toolchain, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (process.platform !== "linux") return `pods run in namespaces of Linux, and this is ${process.platform}`;
  const onPath = (name: string) => (env.PATH ?? "").split(delimiter).some((folder) => isExecutable(join(folder, name)));
  const lacking = ["setpriv", "nsenter"].find((name) => !onPath(name));
  if (lacking !== undefined) return `there is no ${lacking} on PATH (package util-linux)`;
  return toolchain.dataPlaneMissing?.message;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Which data plane a sandbox gets: the one that it has, else the one that is wanted.
 *
 * @throws SandboxError when it has another one than is wanted
 */
export function chooseDataPlane(
  dir: string,
  has: DataPlaneName | undefined,
  wanted: DataPlaneName | undefined,
): DataPlaneName {
  if (has !== undefined && wanted !== undefined && has !== wanted) {
    throw new SandboxError(
      `the sandbox in ${dir} has the data plane ${has}, not ${wanted}: remove it first by "down --purge", or name another --dir`,
    );
  }
  return has ?? wanted ?? "simulated";
}
