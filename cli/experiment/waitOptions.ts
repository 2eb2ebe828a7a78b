import { InvalidArgumentError, type Command } from "commander";
import { DURATION_FORMAT, parseDuration } from "../../engine/duration";
import type { ClusterFlags } from "./cluster";

export interface ProgressFlags extends ClusterFlags {
  /** ms */
  readonly timeout?: number;
  readonly watch?: boolean;
}

/** Adds the options of a command that follows a release. */
export function progressOptions(command: Command): Command {
  return timeoutOption(command.option("-w, --watch", "wait, and show the progress"));
}

export function timeoutOption(command: Command): Command {
  return command.option("--timeout <duration>", "wait no longer than this, such as 10m (default: no limit)", duration);
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORMAT}.`);
  return ms;
}
