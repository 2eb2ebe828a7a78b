import { availableParallelism } from "node:os";
import { Command } from "commander";
import { positive, whole, words } from "../flags";

/** What a run of the bench is asked for. */
export interface Flags {
  /** Releases a cell. */
  readonly releases: number;
  readonly seed: number;
  /** Parts of rows' ids; without it all rows. */
  readonly rows?: readonly string[];
  /** Requests a second; without it all rates. */
  readonly rate?: number;
  /** Threads. */
  readonly jobs: number;
}

/** Ends the process with a usage text on `--help` and on flags that make no sense. */
export function readFlags(argv: readonly string[]): Flags {
  return new Command("bench:decisions")
    .description(
      "Simulates releases under the rules of several canary tools and compares their verdicts.\n" +
        "A run of all rows writes docs/decisions.md and docs/decisions.svg; a part of them is only printed.",
    )
    .option("--releases <n>", "simulated releases a cell", positive, 2000)
    .option("--seed <n>", "seed of all random numbers", whole, 42)
    .option("--rows <ids>", "only rows whose id contains one of these, separated by commas", words)
    .option("--rate <n>", "only rows with so many requests a second", positive)
    .option("--jobs <n>", "threads", positive, availableParallelism())
    .allowExcessArguments(false)
    .parse([...argv])
    .opts<Flags>();
}
