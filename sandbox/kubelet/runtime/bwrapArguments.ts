import { posix } from "node:path";

import { isWithin } from "./hostFiles";
import { hostFolder, type RootPlan } from "./rootPlan";
import type { User } from "./user";

/** Arguments of bubblewrap for the planned root. It makes a user namespace, in which the kubelet's user is `user`. */
export function bwrapArguments(plan: RootPlan, hostname: string, { user, group }: User): string[] {
  return [
    ...["--die-with-parent", "--as-pid-1", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", hostname],
    // The script that enters the container takes away what the program shall not have.
    ...["--unshare-user", "--uid", String(user), "--gid", String(group), "--cap-add", "ALL"],
    ...["--ro-bind", "/", hostFolder],
    ...plan.binds.flatMap((path) => ["--ro-bind", path, path]),
    ...plan.hidden.flatMap((path) => ["--tmpfs", hostFolder + path, "--remount-ro", hostFolder + path]),
    ...plan.hidden
      .filter((path) => plan.binds.some((bind) => isWithin(path, bind)))
      .flatMap((path) => ["--tmpfs", path, "--remount-ro", path]),
    ...deviceArguments(plan, user === 0 && group === 0),
    ...["--proc", "/proc"],
    ...plan.folders.flatMap(folderArguments),
    ...plan.links.flatMap(({ folder, names }) =>
      names.flatMap((name) => ["--symlink", posix.join(hostFolder, folder, name), posix.join(folder, name)]),
    ),
    ...plan.copies.flatMap(({ path, to }) => ["--symlink", to, path]),
    ...plan.mounts.flatMap(({ source, target, readOnly }) => [readOnly ? "--ro-bind" : "--bind", source, target]),
  ];
}

/**
 * Bubblewrap's own /dev has terminals, for which it takes a second user namespace if the user is not called root: then
 * nobody could enter the container any more.
 */
function deviceArguments({ devices }: RootPlan, isRoot: boolean): string[] {
  if (isRoot) return ["--dev", "/dev"];
  return [
    ...devices.flatMap((path) => ["--dev-bind", path, path]),
    ...["fd", "fd/0", "fd/1", "fd/2"].flatMap((to, index) => [
      ...["--symlink", `/proc/self/${to}`, `/dev/${["fd", "stdin", "stdout", "stderr"][index]}`],
    ]),
  ];
}

function folderArguments({ path, shared }: RootPlan["folders"][number]): string[] {
  // Bubblewrap makes the folders of /dev and /proc itself, but not open to everybody.
  if (path === "/dev/shm") return ["--perms", "1777", "--tmpfs", path];
  if (!shared) return ["--perms", "0755", "--dir", path];
  return ["--perms", "1777", "--dir", path];
}
