import { Command } from "commander";
import { positive } from "../flags";

/** What a run of the bench is asked for. */
export interface Flags {
  /** Releases of each set. */
  readonly runs: number;
  /** Releases at the same time. */
  readonly concurrency: number;
  /** File for the measured numbers. */
  readonly json?: string;
}

/** Ends the process with a usage text on `--help` and on flags that make no sense. */
export function readFlags(argv: readonly string[]): Flags {
  return new Command("bench:reaction")
    .description(
      "How soon all traffic is back on the baseline after a candidate turned bad: from the first scrape that shows it to\n" +
        "the route, with the controller, an API server and a Prometheus of the bench's own.",
    )
    .option("--runs <n>", "releases of each set", positive, 50)
    .option("--concurrency <n>", "releases at the same time", positive, 5)
    .option("--json <file>", "write the measured numbers to a file")
    .allowExcessArguments(false)
    .parse([...argv])
    .opts<Flags>();
}
