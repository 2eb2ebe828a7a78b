import { Command } from "commander";
import { positive, whole } from "../flags";

/** What a run of the bench is asked for. */
export interface Flags {
  /** Releases at the same time. */
  readonly experiments: number;
  /** Seconds with nothing to do that are measured; 0: none. */
  readonly idle: number;
  /** Rounds of releases in a row. */
  readonly rounds: number;
  /** Rounds are added until so many minutes have passed since the first one. */
  readonly minutes: number;
  /** Removes the Experiments of a round before the next one. */
  readonly prune: boolean;
  /** A round in which the controller is killed and restarted. */
  readonly kill: boolean;
  /** A round with two replicas, of which the leader is killed. */
  readonly failover: boolean;
  /** Shell command of the controller to measure, without its arguments. Default: Serin's own. */
  readonly controllerCommand?: string;
  /** File for the measured numbers. */
  readonly json?: string;
  /** Folder for the logs of all processes. */
  readonly logs?: string;
}

/** Ends the process with a usage text on `--help` and on flags that make no sense. */
export function readFlags(argv: readonly string[]): Flags {
  return new Command("bench:scale")
    .description(
      "Many releases at the same time, driven by one controller, on an API server and a Prometheus of the bench's own.",
    )
    .option("--experiments <n>", "releases at the same time", positive, 200)
    .option("--idle <seconds>", "how long to measure the controller with nothing to do; 0: not at all", whole, 60)
    .option("--rounds <n>", "rounds of releases in a row", positive, 1)
    .option("--minutes <n>", "go on with rounds until so many minutes have passed", whole, 0)
    .option("--prune", "remove the Experiments of a round before the next one", false)
    .option("--kill", "one more round, in which the controller gets kill -9 and is restarted", false)
    .option("--failover", "one more round, with two replicas of which the leader gets kill -9", false)
    .option("--controller-command <command>", "another controller; Serin's arguments are added to the command")
    .option("--json <file>", "write the measured numbers to a file")
    .option("--logs <folder>", "keep the logs of all processes there")
    .allowExcessArguments(false)
    .parse([...argv])
    .opts<Flags>();
}
