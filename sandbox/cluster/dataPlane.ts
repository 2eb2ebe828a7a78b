import { spawnSync } from "node:child_process";
import type { DataPlane, Toolchain } from "../toolchain";
import type { Extra } from "../toolchain/tools";
import { SandboxError } from "./errors";
import type { DataPlaneName } from "./parts/part";

/** The programs of the data plane `envoy`. @throws SandboxError where they cannot be had */
export function dataPlanePrograms({ dataPlane, dataPlaneMissing }: Toolchain): DataPlane {
  if (dataPlane) return dataPlane;
  throw new SandboxError(`Envoy cannot be had: ${dataPlaneMissing?.message ?? "it was not asked for"}`);
}

/** What a platform is installed from or with. @throws SandboxError where it cannot be had */
export function platformProgram(
  { platform, dataPlaneMissing }: Toolchain,
  name: keyof NonNullable<Toolchain["platform"]>,
): string {
  if (platform) return platform[name];
  throw new SandboxError(`${name} cannot be had: ${dataPlaneMissing?.message ?? "it was not asked for"}`);
}

/** What the toolchain is asked for besides what every sandbox needs. */
export function extrasOf(dataPlane: DataPlaneName): Extra | undefined {
  return ({ simulated: undefined, envoy: "dataPlane", bare: "platform" } as const)[dataPlane];
}

/** Ways to make the namespaces of a container, any of which will do; each ends with 0 where it is allowed. */
const waysToIsolate: readonly (readonly [program: string, ...args: string[]])[] = [
  ["unshare", "--mount", "--pid", "--fork", "true"],
  ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "true"],
  ["bwrap", "--unshare-pid", "--ro-bind", "/", "/", "true"],
];

/** Whether a program is there, and ends with 0. */
export type TryProgram = (program: string, args: readonly string[]) => boolean;

const tryProgram: TryProgram = (program, args) => spawnSync(program, args, { stdio: "ignore" }).status === 0;

/** Why the data plane `envoy` cannot be had on this machine, in one line; undefined where it can. */
export function whyNoEnvoy(
  { dataPlaneMissing }: Pick<Toolchain, "dataPlaneMissing">,
  platform: NodeJS.Platform = process.platform,
  attempt: TryProgram = tryProgram,
): string | undefined {
  if (platform !== "linux") return `pods run in namespaces of Linux, and this is ${platform}`;
  const lacking = ["setpriv", "nsenter"].find((name) => !attempt(name, ["--version"]));
  if (lacking !== undefined) return `there is no ${lacking} on PATH (package util-linux)`;
  if (!waysToIsolate.some(([program, ...args]) => attempt(program, args))) {
    return "this machine does not let this user make the namespaces that pods run in (tried unshare and bwrap)";
  }
  return dataPlaneMissing?.message;
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
