import { ToolchainError } from "./errors";

export interface Failed {
  /** Such as "building etcd". */
  readonly work: string;
  readonly program: string;
  /** The exit code, or the name of the signal that ended the program. */
  readonly code: number | string;
  /** What it said. */
  readonly lines: readonly string[];
  readonly log: string;
}

/** The error for a program that failed for no reason of its own kind: a full disk, or else the end of what it said. */
export function explainFailed({ work, program, code, lines, log }: Failed): ToolchainError {
  if (lines.some((line) => /no space left on device/i.test(line))) {
    return new ToolchainError("diskFull", `the disk filled up while ${work}: make room. Full log: ${log}`);
  }
  const tail = lines.slice(-10).map((line) => `  ${line}`);
  return new ToolchainError(
    "buildFailed",
    [`${work} failed (${program} ended with ${code}):`, ...tail, `Full log: ${log}`].join("\n"),
  );
}
