import { Command, InvalidArgumentError } from "commander";
import { positive, whole, words } from "../flags";

/** What can be measured by itself. How long the sandbox takes to start is measured in any case. */
export const MEASURES = ["memory", "changes", "cpu", "reaction"] as const;
export type Measure = (typeof MEASURES)[number];

/** What a run of the bench is asked for. */
export interface Flags {
  /** Releases whose reaction is measured. */
  readonly runs: number;
  /** Releases at the same time. */
  readonly concurrency: number;
  /** Changes of a route that are timed. */
  readonly changes: number;
  /** Seconds of load before the memory is looked at. */
  readonly settle: number;
  /** Seconds that the processor time is measured over. */
  readonly cpuSeconds: number;
  readonly only: readonly Measure[];
  /** File for the measured numbers. */
  readonly json?: string;
}

/** Ends the process with a usage text on `--help` and on flags that make no sense. */
export function readFlags(argv: readonly string[]): Flags {
  return new Command("bench:data-plane")
    .description(
      "Releases on a real data plane, istiod and Envoys: how soon a candidate that turned bad gets no request any more,\n" +
        "whether the weights are kept, and what the sandbox costs.",
    )
    .option("--runs <n>", "releases whose reaction is measured", positive, 50)
    .option("--concurrency <n>", "releases at the same time", positive, 3)
    .option("--changes <n>", "changes of a route that are timed", positive, 20)
    .option("--settle <seconds>", "how long there is load before the memory is looked at", whole, 60)
    .option("--cpu-seconds <n>", "how long the processor time is measured", positive, 30)
    .option("--only <names>", `some of ${MEASURES.join(", ")}, separated by commas`, measures, [...MEASURES])
    .option("--json <file>", "write the measured numbers to a file")
    .allowExcessArguments(false)
    .parse([...argv])
    .opts<Flags>();
}

function measures(text: string): readonly Measure[] {
  const found = words(text).map((word) => MEASURES.find((known) => known === word));
  const known = found.filter((one) => one !== undefined);
  if (known.length === found.length && known.length > 0) return known;
  throw new InvalidArgumentError(`It must be of ${MEASURES.join(", ")}, separated by commas.`);
}
