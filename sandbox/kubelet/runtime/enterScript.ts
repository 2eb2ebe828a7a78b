import type { ProcessEnv } from "./processEnv";
import type { Tools } from "./tools";

/** The capabilities that container runtimes leave to root. */
const defaultCapabilities = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "SETFCAP"],
  ...["NET_BIND_SERVICE", "NET_RAW", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE"],
];

/** Who a container's processes are, and what they may do. */
export interface Entry {
  /** Program and arguments that see to where all that follows them listens; may be empty. */
  readonly binding: readonly string[];
  readonly workingDir: string;
  readonly user: number;
  readonly group: number;
  /** Further groups. */
  readonly groups: readonly number[];
  /** How the program comes to its user: as it is, by changing to it, or by a user namespace that calls it so. */
  readonly userBy: "nothing" | "change" | "namespace";
  /** More or less capabilities than root usually has in a container; `ALL` for all of them. */
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  /** Whether no program can give them more powers than they have. */
  readonly noNewPrivileges: boolean;
  readonly env: Pick<ProcessEnv, "late" | "foreign">;
}

/** Lines that the scripts write on their standard error, before the container's program has it. */
export const signs = { pid: "::pid ", root: "::root", started: "::started" };

/** Program and arguments that give a process in a complete root its user and its powers, and become what follows them. */
export function becomeUser(entry: Entry, { path, unshare = "" }: Tools): string[] {
  const { user, group, groups, binding } = entry;
  const more = groups.length > 0 ? ["--groups", groups.join()] : ["--clear-groups"];
  return [
    // While it still has the power to look into the program that it is for.
    ...binding,
    ...(entry.userBy === "namespace" ? [unshare, `--map-user=${user}`, `--map-group=${group}`] : []),
    path.setpriv,
    ...(entry.userBy === "change" ? ["--reuid", String(user), "--regid", String(group), ...more] : []),
    ...(entry.noNewPrivileges ? ["--no-new-privs"] : []),
    ...["--inh-caps=-all", "--ambient-caps=-all", `--bounding-set=${boundingSet(entry.capabilities)}`],
  ];
}

function boundingSet({ add, drop }: Entry["capabilities"]): string {
  const names = [...(drop.includes("ALL") ? [] : defaultCapabilities), ...add].filter((name) => !drop.includes(name));
  if (add.includes("ALL")) return ["+all", ...drop.map((name) => `-${name.toLowerCase()}`)].join();
  return ["-all", ...new Set(names.map((name) => `+${name.toLowerCase()}`))].join();
}

/**
 * Shell text that becomes the container's program, its arguments, in a root that is complete. What goes wrong before
 * is said on standard error; from then on descriptor 3 takes its place.
 */
export function enterScript(entry: Entry, tools: Tools): string {
  const { setpriv, env } = tools.path;
  // A change of user or powers clears the signal that the death of the parent sends, also at the next program: so it
  // is asked for when all that is over.
  const words = [...becomeUser(entry, tools), setpriv, "--pdeathsig", "KILL"];
  const { late, foreign } = entry.env;
  words.push(env, ...foreign.flatMap((name) => ["-u", name]), "--", ...late);
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
    `exec ${words.map(quote).join(" ")} "$@" 2>&3 3>&-`,
  ].join("\n");
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
