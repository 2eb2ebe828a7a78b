import { Command, InvalidArgumentError } from "commander";
import Table from "cli-table3";
import type { Plan } from "../../engine";
import { derivedSeed } from "../../simulation/random/stream";
import { simulateRelease } from "../../simulation/release/simulate";
import type { TrafficScenario } from "../../simulation/traffic/scenario";
import { serinPlan } from "../decisions/serin";
import { fourCriteria, HEALTHY, steadyLooks } from "./looks";
import { timeParts } from "./parts";

interface Flags {
  readonly calls: number;
  readonly releases: number;
  readonly seed: number;
}

const BORDERLESS = { style: { head: [], border: [] } };

function readFlags(argv: readonly string[]): Flags {
  return new Command("bench:step")
    .description("Measures one step of the engine, and whole simulated releases, on one core.")
    .option("--calls <n>", "calls that are timed, after as many to warm up", whole, 20_000)
    .option("--releases <n>", "simulated releases; 0: none", whole, 10_000)
    .option("--seed <n>", "seed of the traffic", whole, 42)
    .allowExcessArguments(false)
    .parse([...argv])
    .opts<Flags>();
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function printStep({ calls, seed }: Flags): void {
  const plan = fourCriteria();
  const looks = steadyLooks(plan, HEALTHY, seed);
  const parts = timeParts(plan, looks, calls, calls);
  const [step] = parts;
  const table = new Table({ head: ["one step, four criteria", "median µs", "p95 µs", "of the step"], ...BORDERLESS });
  for (const { name, timing } of parts) {
    const share = (100 * timing.median) / (step?.timing.median ?? NaN);
    table.push([name, timing.median.toFixed(1), timing.p95.toFixed(1), `${share.toFixed(0)} %`]);
  }
  process.stdout.write(`${table.toString()}\n`);
}

/**
 * Releases of a plan of 30 minutes with a look every 15 s and two criteria, errors and mean latency: as they are decided, most of
 * them before the plan's end, and such that none can be, so that all go through all looks.
 */
function printReleases({ releases, seed }: Flags): void {
  if (releases === 0) return;
  const plan = serinPlan(15_000);
  const endless: Plan = { ...plan, analysis: { ...plan.analysis, alpha: 1e-300, beta: 1e-300 } };
  const table = new Table({
    head: ["simulated releases", "number", "looks a release", "s", "releases/s", "looks/s"],
    ...BORDERLESS,
  });
  for (const [name, of] of [
    ["until decided", plan],
    ["to the plan's end", endless],
  ] as const) {
    const { looks, seconds } = time(of, releases, seed);
    const numbers = [looks / releases, seconds, releases / seconds, looks / seconds];
    table.push([name, String(releases), ...numbers.map((number) => number.toFixed(number < 100 ? 1 : 0))]);
  }
  process.stdout.write(`\n${table.toString()}\n`);
}

function time(plan: Plan, releases: number, seed: number): { looks: number; seconds: number } {
  const scenario: TrafficScenario = { ...HEALTHY, requestsPerSecond: 20, latency: "mean" };
  for (let i = 0; i < releases / 50; i++) simulateRelease(plan, scenario, derivedSeed(seed, `warm-up ${i}`));
  let looks = 0;
  const begun = process.hrtime.bigint();
  for (let i = 0; i < releases; i++) {
    looks += simulateRelease(plan, scenario, derivedSeed(seed, `release ${i}`)).seconds / 15;
  }
  return { looks, seconds: Number(process.hrtime.bigint() - begun) / 1e9 };
}

const flags = readFlags(process.argv);
printStep(flags);
printReleases(flags);
