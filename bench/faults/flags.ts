import { randomInt } from "node:crypto";
import { Command, InvalidArgumentError } from "commander";
import { positive, whole, words } from "../flags";
import { DOORS, type Door } from "./cases/plan";

/** What a run is asked for. */
export interface Flags {
  readonly faults: number;
  readonly experiments: number;
  readonly seed: number;
  /** Experiments at a time. */
  readonly concurrency: number;
  /** Who is asked for the experiments. */
  readonly drivers: readonly Door[];
  /** Whether a killed `pulumi up` may be left to the controller. */
  readonly takeover: boolean;
  /** Parts of fault kinds' names; without it all kinds. */
  readonly only?: readonly string[];
  /** Time between two samples of the routes, in ms. */
  readonly sampleEvery: number;
  /** File for all that was found. */
  readonly json?: string;
  /** Keeps the drivers' logs, and the cluster's. */
  readonly keep: boolean;
}

/** Ends the process with a usage text on `--help` and on flags that make no sense. */
export function readFlags(argv: readonly string[]): Flags {
  return new Command("bench:faults")
    .description(
      "Runs releases in a sandbox while everything around them fails, and checks at every change of every route and\n" +
        "record that Serin's promises hold. Exits with 1 when one was broken.",
    )
    .option("--faults <n>", "faults in all", whole, 300)
    .option("--experiments <n>", "experiments in all", positive, 100)
    .option("--seed <n>", "seed of the experiments and the faults (default: a random one)", whole, randomInt(2 ** 31))
    .option("--concurrency <n>", "experiments at a time", positive, 10)
    .option("--drivers <names>", `who is asked for them: ${DOORS.join(", ")}`, doors, [...DOORS])
    .option("--no-takeover", "start every killed pulumi driver again, instead of leaving some to the controller")
    .option("--only <words>", "only faults whose name contains one of these, separated by commas", words)
    .option("--sample-every <ms>", "time between two samples of the routes", positive, 20)
    .option("--json <file>", "writes all that was found into a file")
    .option("--keep", "keep the logs of drivers and cluster", false)
    .allowExcessArguments(false)
    .parse([...argv])
    .opts<Flags>();
}

function doors(text: string): readonly Door[] {
  return words(text).map((word) => {
    const door = DOORS.find((known) => known === word);
    if (door === undefined) throw new InvalidArgumentError(`It must be of ${DOORS.join(", ")}, separated by commas.`);
    return door;
  });
}
