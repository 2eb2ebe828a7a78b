import { posix } from "node:path";

import { quote, signs } from "./enterScript";
import { isWithin, type HostMount } from "./hostFiles";
import { hostFolder, type RootPlan } from "./rootPlan";
import type { Tools } from "./tools";

/** The most names that one call of a program gets. */
const batch = 500;

/**
 * Shell text that makes the planned root at the folder `root` and goes into it. It runs in new namespaces.
 * @param table file that holds the text of `mountTable`
 */
export function unshareScript(plan: RootPlan, root: string, table: string, hostname: string, tools: Tools): string {
  const { mount, umount, pivot_root: pivot, mkdir, chmod } = tools.path;
  const inRoot = (path: string): string => quote(`${root}${path}`);
  const open = plan.folders.filter(({ shared }) => shared).map(({ path }) => inRoot(path));
  return [
    "set -e",
    "umask 022",
    // This is still the host's /proc, so it is the number by which the kubelet knows this shell.
    `read -r serin_pid serin_rest </proc/self/stat; echo "${signs.pid}$serin_pid" >&2`,
    `${mount} -n -t tmpfs -o mode=755 tmpfs ${quote(root)}`,
    ...batches([...plan.folders.map(({ path }) => path), ...plan.binds].map(inRoot)).map(
      (paths) => `${mkdir} -p -- ${paths.join(" ")}`,
    ),
    ...(open.length > 0 ? [`${chmod} 1777 ${open.join(" ")}`] : []),
    ...[...plan.files, ...plan.devices].map((path) => `: >${inRoot(path)}`),
    ...links(plan, root, tools),
    `${mount} -n -a -T ${quote(table)}`,
    // Not every machine has the program, and not every user may use the file.
    `hostname ${quote(hostname)} 2>/dev/null || echo ${quote(hostname)} >/proc/sys/kernel/hostname`,
    `cd ${quote(root)}`,
    `${pivot} . .`,
    `${umount} -l .`,
    `echo ${signs.root} >&2`,
    "",
  ].join("\n");
}

function links({ links, copies }: RootPlan, root: string, { path: { ln, cp } }: Tools): string[] {
  const own = ["fd", "stdin", "stdout", "stderr"].map((name, index) => {
    const to = index === 0 ? "/proc/self/fd" : `/proc/self/fd/${index - 1}`;
    return `${ln} -s ${to} ${quote(`${root}/dev/${name}`)}`;
  });
  const linked = links.flatMap(({ folder, names }) =>
    batches(names.map((name) => quote(posix.join(hostFolder, folder, name)))).map(
      (sources) => `${ln} -s -- ${sources.join(" ")} ${quote(`${root}${folder}/`)}`,
    ),
  );
  const folders = [...new Set(copies.map(({ path }) => posix.dirname(path)))];
  const copied = folders.flatMap((folder) =>
    batches(copies.filter(({ path }) => posix.dirname(path) === folder).map(({ path }) => quote(path))).map(
      (sources) => `${cp} -P -- ${sources.join(" ")} ${quote(`${root}${folder}/`)}`,
    ),
  );
  return [...own, `${ln} -s pts/ptmx ${quote(`${root}/dev/ptmx`)}`, ...linked, ...copied];
}

function batches(names: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(names.length / batch) }, (_, index) =>
    names.slice(index * batch, (index + 1) * batch),
  );
}

/** All mounts of the plan as a table for `mount -a`, so that one process makes them all. */
export function mountTable(plan: RootPlan, root: string, hostMounts: readonly HostMount[]): string {
  const line = (source: string, target: string, type: string, options: string): string =>
    [escape(source), escape(`${root}${target}`), type, options, "0 0"].join(" ");
  const join = (...options: string[]): string => options.filter((option) => option !== "").join(",");
  const optionsAt = (path: string): string =>
    hostMounts
      .filter(({ point }) => isWithin(path, point))
      .sort((one, other) => other.point.length - one.point.length)[0]?.options ?? "";
  const below = hostMounts.filter(({ point }) => point !== "/" && !plan.hidden.some((path) => isWithin(point, path)));
  return [
    line("/", hostFolder, "none", join("rbind,ro", optionsAt("/"))),
    // A bind is read-only without what is mounted below it.
    ...below.map(({ point, options }) => line("none", hostFolder + point, "none", join("remount,bind,ro", options))),
    ...plan.hidden.map((path) => line("tmpfs", hostFolder + path, "tmpfs", "ro,mode=755")),
    ...plan.binds.map((path) => line(root + hostFolder + path, path, "none", "rbind")),
    ...plan.devices.map((path) => line(path, path, "none", "bind")),
    line("devpts", "/dev/pts", "devpts", "newinstance,ptmxmode=0666,nosuid,noexec"),
    line("proc", "/proc", "proc", "nosuid,nodev,noexec"),
    ...plan.mounts.map(({ source, target, readOnly }) =>
      line(source, target, "none", readOnly ? join("rbind,ro", optionsAt(source)) : "rbind"),
    ),
    "",
  ].join("\n");
}

function escape(path: string): string {
  return path.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
