import { readFileSync, writeFileSync } from "node:fs";
import { readFlags, type Flags } from "./arguments";
import { takesPart } from "./cell";
import { ENTRANTS } from "./entrants";
import type { Job } from "./job";
import { workOff } from "./pool";
import { chart } from "./report/chart";
import { report, splice } from "./report/document";
import type { Results } from "./results";
import { ROWS, type Row } from "./rows";

const DOCUMENT = "docs/decisions.md";
const CHART = "docs/decisions.svg";

function isAskedFor({ id, scenario }: Row, { rows, rate }: Flags): boolean {
  return (
    (rows === undefined || rows.some((part) => id.includes(part))) &&
    (rate === undefined || scenario.requestsPerSecond === rate)
  );
}

function jobsFor(flags: Flags): readonly Job[] {
  const { releases, seed } = flags;
  return ROWS.flatMap((row, i) =>
    isAskedFor(row, flags)
      ? ENTRANTS.flatMap((entrant, j) => (takesPart(entrant, row) ? [{ row: i, entrant: j, releases, seed }] : []))
      : [],
  );
}

/** Progress is for whoever watches; in a log it would only be noise. */
function progress(all: number): (done: number) => void {
  return (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all} cells${done === all ? "\n" : ""}`);
  };
}

async function simulate(jobs: readonly Job[], { jobs: threads, seed, releases }: Flags): Promise<Results> {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const found = await workOff(jobs, threads, progress(jobs.length));
  const cells = jobs.flatMap(({ row: i, entrant: j }, place) => {
    const [row, entrant, cell] = [ROWS[i], ENTRANTS[j], found[place]];
    return row === undefined || entrant === undefined || cell === undefined ? [] : [{ row, entrant, cell }];
  });
  return { version, seed, releases, cells };
}

async function main(): Promise<void> {
  const flags = readFlags(process.argv);
  const jobs = jobsFor(flags);
  if (jobs.length === 0) throw new Error(`no row has such an id and rate; the ids are ${ids()}`);
  const begun = process.hrtime.bigint();
  const results = await simulate(jobs, flags);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  if (flags.rows === undefined && flags.rate === undefined) {
    writeFileSync(DOCUMENT, splice(readFileSync(DOCUMENT, "utf8"), report(results)));
    writeFileSync(CHART, chart(results));
    process.stdout.write(`${DOCUMENT} and ${CHART} are written (${seconds.toFixed(0)} s).\n`);
  } else {
    process.stdout.write(`${report(results)}\n`);
  }
}

function ids(): string {
  return [...new Set(ROWS.map(({ id }) => id))].join(", ");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
