import { markName } from "../../cluster/processes";

/** A container's variables in two groups, as its start needs them. */
export interface ProcessEnv {
  /** For the whole chain of programs that ends in the container's own. */
  readonly inherited: Readonly<Record<string, string>>;
  /** `NAME=value` of those that a program on the way would change, drop or obey. */
  readonly late: readonly string[];
  /** Names that a shell on the way adds though nobody gave them. */
  readonly foreign: readonly string[];
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Shells set these for themselves. */
const shellsOwn = ["_", "SHLVL", "PWD", "OLDPWD"];
/** Shells obey these, or do not let them be. */
const shellsToo = ["IFS", "ENV", "BASH_ENV", "BASHOPTS", "SHELLOPTS", "OPTIND", "PPID", "UID", "EUID", "PS4"];

/**
 * What a container's program gets: what it is given, above what the image sets, above PATH. Nothing of the kubelet's own
 * variables but the mark by which the sandbox finds its processes.
 */
export function containerEnv(
  given: Readonly<Record<string, string>>,
  ofImage: Readonly<Record<string, string>>,
  own: NodeJS.ProcessEnv,
): Record<string, string> {
  const mark = own[markName];
  const marked: Record<string, string> = mark === undefined ? {} : { [markName]: mark };
  return { PATH: path, ...ofImage, ...given, ...marked };
}

export function splitEnv(env: Readonly<Record<string, string>>): ProcessEnv {
  const entries = Object.entries(env);
  return {
    inherited: Object.fromEntries(entries.filter(([name]) => !isLate(name))),
    late: entries.filter(([name]) => isLate(name)).map(([name, value]) => `${name}=${value}`),
    foreign: shellsOwn.filter((name) => !(name in env)),
  };
}

function isLate(name: string): boolean {
  // The loader's variables are for the container's program, and not for the tools that prepare its root; and the
  // scripts that prepare it have variables of their own.
  const obeyed = name.startsWith("LD_") || name.startsWith("serin_") || shellsToo.includes(name);
  return obeyed || shellsOwn.includes(name) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
