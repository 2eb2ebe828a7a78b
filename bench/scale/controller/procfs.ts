import { readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/** What a process has used of the machine. */
export interface Usage {
  /** Processor time since its start, in ms, of all its threads. */
  readonly cpuMs: number;
  /** Resident memory, now and at most, in MiB. */
  readonly rssMiB: number;
  readonly peakRssMiB: number;
}

/** Reads the text of `/proc/PID/stat`. @example cpuMsOf("7 (a b) S 1 …") */
export function cpuMsOf(stat: string): number {
  // The program's name is in parentheses and may hold anything; what follows the last one is safe.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Reads a line of the text of `/proc/PID/status` that is a size, in MiB. */
export function mebibytesOf(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1] ?? NaN) / 1024;
}

/** @throws Error when there is no such process (or no `/proc`) */
export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    cpuMs: cpuMsOf(readFileSync(`/proc/${pid}/stat`, "utf8")),
    rssMiB: mebibytesOf(status, "VmRSS"),
    peakRssMiB: mebibytesOf(status, "VmHWM"),
  };
}
