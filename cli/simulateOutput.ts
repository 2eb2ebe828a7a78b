import Table from "cli-table3";
import { formatDuration, formatNumber, VERDICTS, type Verdict } from "../engine";
import type { Group, Rate, ScenarioFile, Spread, Summary } from "../simulation";
import type { Colours } from "./terminal";

/** What `serin simulate` has to tell. */
export interface Simulated {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly summary: Summary;
  readonly releasesPerSecond: number;
}

/** The result as a table for people. */
export function summaryTable({ name, description, seed, summary, releasesPerSecond }: Simulated, c: Colours): string {
  const head = ["verdict", "releases", "share", "95 % interval", "time", "candidate requests", "excess failures"];
  const table = new Table({
    head,
    colAligns: ["left", ...head.slice(1).map(() => "right" as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const verdict of VERDICTS) {
    const group = summary.verdicts[verdict];
    // A simulated release is aborted by nobody.
    if (group.count > 0 || verdict !== "aborted")
      table.push([colour(verdict, c), ...rateCells(group), ...costCells(group)]);
  }
  table.push(["all", String(summary.releases), "", "", ...costCells(summary)]);
  const about = description === "" ? "" : `: ${description}`;
  return [
    `${c.bold(name)}${about}`,
    table.toString(),
    c.dim(
      "Time and requests until the verdict: median (10 % to 90 % of the releases). Excess failures: mean of a release,\n" +
        "expected failures of the candidate beyond the baseline's rate.",
    ),
    `${formatNumber(Math.round(releasesPerSecond))} releases a second, seed ${seed}`,
    "",
  ].join("\n");
}

function colour(verdict: Verdict, c: Colours): string {
  return { promoted: c.green, rolledBack: c.red, inconclusive: c.yellow, aborted: c.yellow }[verdict](verdict);
}

function rateCells({ count, share, interval: [from, to] }: Rate): readonly string[] {
  return [String(count), percent(share), `${percent(from)} to ${percent(to)}`];
}

function costCells({ seconds, candidateRequests, excessFailures }: Group): readonly string[] {
  const mean = Number.isNaN(excessFailures) ? "" : excessFailures.toFixed(1);
  return [
    spread(seconds, (s) => formatDuration(s * 1000)),
    spread(candidateRequests, (n) => formatNumber(Math.round(n))),
    mean,
  ];
}

function spread(values: Spread | undefined, show: (value: number) => string): string {
  return values === undefined ? "" : `${show(values.median)} (${show(values.p10)} to ${show(values.p90)})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** The result for programs; what a group of no releases does not have is null. */
export function summaryJson({ name, description, seed, summary, releasesPerSecond }: Simulated): string {
  const told = { scenario: name, description, seed, releasesPerSecond: Math.round(releasesPerSecond), ...summary };
  return `${JSON.stringify(told, (_key, value: unknown) => value ?? null, 2)}\n`;
}

/** The scenarios that need no file, one a line. */
export function scenarioList(scenarios: Readonly<Record<string, ScenarioFile>>, c: Colours): string {
  const width = Math.max(...Object.keys(scenarios).map((name) => name.length));
  return Object.entries(scenarios)
    .map(([name, { description = "" }]) => `${c.bold(name.padEnd(width))}  ${description}\n`)
    .join("");
}
