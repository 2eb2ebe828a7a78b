import type { Verdict } from "../../engine";

/** Exit codes of `serin experiment`. */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  rolledBack: 3,
  inconclusive: 4,
  aborted: 5,
  timeout: 6,
  notFound: 7,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help`. */
export const EXIT_CODES = `
Exit codes:
  0  done; of a release that was waited for: promoted
  1  error
  2  the call cannot be followed: an option, or what it names, cannot be used
  3  the release was rolledBack
  4  the release was inconclusive
  5  the release was aborted
  6  the time was over before what was waited for
  7  there is no such experiment, or it was deleted`;

/** Ends a command with an exit code of its own, and with a message where something is to be said about it. */
export class ExitError extends Error {
  override readonly name = "ExitError";

  constructor(
    readonly code: ExitCode,
    message = "",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The exit code of a release that has a verdict; without one it ended in a way that Serin does not know. */
export function exitCodeOf(verdict: Verdict | undefined): ExitCode {
  if (verdict === undefined) return EXIT.error;
  return { promoted: EXIT.ok, rolledBack: EXIT.rolledBack, inconclusive: EXIT.inconclusive, aborted: EXIT.aborted }[
    verdict
  ];
}
