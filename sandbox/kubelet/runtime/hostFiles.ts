import { lstatSync, readdirSync, readFileSync, readlinkSync, type Dirent, type Stats } from "node:fs";
import { basename, join } from "node:path";

export interface HostEntry {
  readonly name: string;
  /** Everything that is neither folder nor link counts as a file. */
  readonly kind: "folder" | "file" | "link";
  /** What a link says. */
  readonly to?: string;
}

/** What the root plan asks about this machine's files. */
export interface HostFiles {
  /** Empty for what is no folder or cannot be read. */
  entries(folder: string): HostEntry[];
  entry(path: string): HostEntry | undefined;
}

/** A mount of this machine, with the options that a read-only copy of it must repeat. */
export interface HostMount {
  readonly point: string;
  /** Such as `nosuid,nodev,relatime`; never `ro` or `rw`. */
  readonly options: string;
}

export const thisMachine: HostFiles = {
  entries(folder) {
    try {
      return readdirSync(folder, { withFileTypes: true }).map((entry) => describe(join(folder, entry.name), entry));
    } catch (error) {
      return unreachable(error, []);
    }
  },
  entry(path) {
    try {
      return describe(path, lstatSync(path));
    } catch (error) {
      return unreachable(error, undefined);
    }
  },
};

function describe(path: string, entry: Dirent | Stats): HostEntry {
  const name = basename(path);
  if (entry.isSymbolicLink()) return { name, kind: "link", to: readlinkSync(path) };
  return { name, kind: entry.isDirectory() ? "folder" : "file" };
}

function unreachable<T>(error: unknown, answer: T): T {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  // Files come and go while one looks, and a user that may not look into a folder has nothing of it.
  if (["ENOENT", "ENOTDIR", "EACCES", "ELOOP"].includes(code)) return answer;
  throw error;
}

export function hostMounts(): HostMount[] {
  return readMounts(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** The mounts that can be seen: one that a later mount covers is left out. @param text as `/proc/self/mountinfo` */
export function readMounts(text: string): HostMount[] {
  let mounts: HostMount[] = [];
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const fields = line.split(" ");
    const point = unescape(fields[4] ?? "");
    const options = (fields[5] ?? "").split(",").filter((option) => option !== "ro" && option !== "rw");
    mounts = mounts.filter((earlier) => !isWithin(earlier.point, point));
    mounts.push({ point, options: options.join(",") });
  }
  return mounts;
}

function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** Whether `path` is `folder` or below it; both absolute and normal. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === "/" || path.startsWith(`${folder}/`);
}
