import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { NAMED_SCENARIOS, releasePicture, releaseSeed, simulateMany, traceRelease } from "../simulation";
import { UsageError } from "./errors";
import { wholeNumber } from "./options";
import { createProgress } from "./progress";
import { scenarioFor } from "./scenario";
import { scenarioList, summaryJson, summaryTable, type Simulated } from "./simulateOutput";
import { coloursFor, type Terminal } from "./terminal";

interface Flags {
  readonly scenario?: string;
  readonly releases: number;
  readonly seed: number;
  readonly picture?: string;
  readonly output: "table" | "json";
  readonly list?: boolean;
}

const EXAMPLES = `
Examples:
  serin simulate --list
  serin simulate --scenario error-regression
  serin simulate --scenario checkout.yaml --releases 200 --picture checkout.svg
  serin simulate --scenario healthy -o json`;

/** `serin simulate`: how often a release plan decides rightly, how soon, and at what cost. */
export function simulateCommand(terminal: Terminal): Command {
  return new Command("simulate")
    .description("Run many simulated releases of a scenario, and tell how they end.")
    .option("-s, --scenario <file or name>", "a scenario file, or the name of one that comes with Serin")
    .option("-n, --releases <number>", "how many releases", wholeNumber(1), 1000)
    .option("--seed <number>", "the same seed gives the same releases", wholeNumber(0), 1)
    .option("--picture <file.svg>", "draw the first release")
    .addOption(
      new Option("-o, --output <format>", "how to print the result").choices(["table", "json"]).default("table"),
    )
    .option("--list", "list the scenarios that come with Serin")
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => simulate(flags, terminal));
}

async function simulate(flags: Flags, terminal: Terminal): Promise<void> {
  const { out, err } = terminal;
  if (flags.list) return out.write(scenarioList(NAMED_SCENARIOS, coloursFor(out)));
  const { scenario: name, releases, seed, picture, output } = flags;
  if (name === undefined)
    throw new UsageError("option '--scenario' is missing: it must be a file or a name; --list shows the names");
  const { description, plan, traffic } = await scenarioFor(name);
  // First, so that a file that cannot be written is told before the long part.
  if (picture !== undefined) {
    const trace = traceRelease(plan, traffic, releaseSeed(seed, 0));
    await writePicture(picture, releasePicture(trace, description === "" ? name : `${name}: ${description}`));
  }
  const progress = createProgress(err, releases, "releases");
  const startedAt = performance.now();
  const summary = simulateMany(plan, traffic, releases, seed, { onProgress: (done) => progress.tell(done) });
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  progress.end();
  const simulated: Simulated = { name, description, seed, summary, releasesPerSecond: releases / elapsedSeconds };
  out.write(output === "json" ? summaryJson(simulated) : summaryTable(simulated, coloursFor(out)));
}

async function writePicture(file: string, svg: string): Promise<void> {
  try {
    await writeFile(file, svg);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`option '--picture' (${file}) must be a file that can be written: ${why}`, { cause: error });
  }
}
