import type { Tools } from "./tools";

/** The capabilities that container runtimes leave to root. */
const capabilities = [
  ...["chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "setfcap"],
  ...["net_bind_service", "net_raw", "sys_chroot", "mknod", "audit_write"],
];

export interface Entry {
  readonly workingDir: string;
  readonly user: number;
  readonly group: number;
  /** How the program comes to its user: as it is, by changing to it, or by a user namespace that calls it so. */
  readonly userBy: "nothing" | "change" | "namespace";
  /** Arguments of `env`. */
  readonly lateEnv: readonly string[];
}

/** Lines that the scripts write on their standard error, before the container's program has it. */
export const signs = { pid: "::pid ", root: "::root", started: "::started" };

/**
 * Shell text that becomes the container's program, its arguments, in a root that is complete. What goes wrong before
 * is said on standard error; from then on descriptor 3 takes its place.
 */
export function enterScript(entry: Entry, tools: Tools): string {
  const { setpriv, env } = tools.path;
  const caps = `--inh-caps=-all --ambient-caps=-all --bounding-set=-all,${capabilities.map((name) => `+${name}`).join()}`;
  const { user, group } = entry;
  const change = entry.userBy === "change" ? `--reuid ${user} --regid ${group} --clear-groups ` : "";
  const rename =
    entry.userBy === "namespace" ? `${quote(tools.unshare ?? "")} --map-user=${user} --map-group=${group} ` : "";
  return [
    "set -ef",
    `cd -- ${quote(entry.workingDir)}`,
    "serin_found=",
    'case $1 in */*) if [ -e "$1" ]; then serin_found=$1; fi; serin_why="no such file or directory" ;;',
    '*) serin_why="executable file not found in \\$PATH"; IFS=:',
    'for serin_folder in $PATH; do if [ -f "$serin_folder/$1" ] && [ -x "$serin_folder/$1" ]; then serin_found=$serin_folder/$1; break; fi; done',
    "unset IFS ;; esac",
    'if [ -d "$serin_found" ]; then serin_found= serin_why="is a directory"; fi',
    'if [ -n "$serin_found" ] && ! [ -x "$serin_found" ]; then serin_found= serin_why="permission denied"; fi',
    'if [ -z "$serin_found" ]; then echo "exec: \\"$1\\": $serin_why" >&2; exit 127; fi',
    `echo ${signs.started} >&2`,
    // A change of user or powers clears the signal that the death of the parent sends, also at the next program: so it
    // is asked for when all that is over.
    `exec ${rename}${quote(setpriv)} ${change}${caps} ${quote(setpriv)} --pdeathsig KILL ${quote(env)} ${entry.lateEnv.map(quote).join(" ")} ` +
      '"$@" 2>&3 3>&-',
  ].join("\n");
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
