import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { findMarked } from "../../sandbox/cluster/processes";
import { cpuMsOf, mebibytesOf } from "../scale/controller/procfs";

/** What a process of the sandbox has used. */
export interface ProcessUse {
  readonly pid: number;
  /** What it is to whoever reads the report. */
  readonly kind: string;
  /** Memory of its own, and its part of what it shares with others, in MiB. */
  readonly pssMiB: number;
  /** Processor time since its start, in ms. */
  readonly cpuMs: number;
}

/** Numbers by kind of process. */
export type ByKind = Readonly<Record<string, number>>;

/** All processes that carry the sandbox's mark. */
export function usesOf(dir: string): readonly ProcessUse[] {
  return findMarked(dir).flatMap(({ part, process: { pid } }) => {
    const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
    try {
      const kind = kindOf(part, read("cmdline").split("\0"));
      return [{ pid, kind, pssMiB: mebibytesOf(read("smaps_rollup"), "Pss"), cpuMs: cpuMsOf(read("stat")) }];
    } catch {
      // It ended while it was looked at.
      return [];
    }
  });
}

/** The part, divided where one part has several programs: the Envoys, what sends the load, the pods. */
export function kindOf(part: string, commandLine: readonly string[]): string {
  const program = basename(commandLine[0] ?? "");
  if (part === "mesh" && (program === "envoy" || program === "vegeta")) return program;
  if (part === "kubelet" && commandLine.some((word) => word.endsWith("sandbox/app/main.js"))) return "pods";
  return part;
}

/** Memory in MiB. */
export function memoryByKind(uses: readonly ProcessUse[]): ByKind {
  return sumByKind(uses.map(({ kind, pssMiB }) => [kind, pssMiB]));
}

/** Processor time between two looks, in ms. What ended in between is left out. */
export function cpuByKind(before: readonly ProcessUse[], after: readonly ProcessUse[]): ByKind {
  const earlier = new Map(before.map(({ pid, cpuMs }) => [pid, cpuMs]));
  return sumByKind(after.map(({ pid, kind, cpuMs }) => [kind, cpuMs - (earlier.get(pid) ?? 0)]));
}

export function totalOf(byKind: ByKind): number {
  return Object.values(byKind).reduce((sum, value) => sum + value, 0);
}

/** The largest first. */
function sumByKind(values: readonly (readonly [kind: string, value: number])[]): ByKind {
  const sums = new Map<string, number>();
  for (const [kind, value] of values) sums.set(kind, (sums.get(kind) ?? 0) + value);
  return Object.fromEntries([...sums].sort(([, a], [, b]) => b - a));
}
