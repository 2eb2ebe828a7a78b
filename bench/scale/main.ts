import { writeFileSync } from "node:fs";
import { listenForInterrupt } from "../../sandbox/toolchain";
import { readFlags } from "./arguments";
import { withEnvironment } from "./environment/environment";
import { rows } from "./report/rows";
import { table } from "./report/table";
import { run } from "./run";

/** The API server shares two cores with all else: it may use memory instead of tidying up all the time. */
const GARBAGE_COLLECTION = "400";

async function main(): Promise<void> {
  process.env["GOGC"] ??= GARBAGE_COLLECTION;
  const flags = readFlags(process.argv);
  const interrupt = listenForInterrupt();
  // Whatever fails ends the waiting everywhere else.
  const failed = new AbortController();
  const signal = AbortSignal.any([interrupt.signal, failed.signal]);
  const begun = Date.now();
  const say = (line: string): void => {
    const at = ((Date.now() - begun) / 1000).toFixed(0).padStart(4);
    process.stderr.write(`${at} s  ${line}\n`);
  };
  const results = await withEnvironment(say, flags.logs, signal, (environment) =>
    run(flags, environment, signal, say).finally(() => failed.abort()),
  ).catch((error: unknown) => {
    // What was going on when the user wanted to stop is no news.
    throw interrupt.signal.aborted ? interrupt.signal.reason : error;
  });
  const report = rows(results);
  process.stdout.write(`${table(report)}\n`);
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ ...results, rows: report }, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
