import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { listenForInterrupt } from "../../sandbox/toolchain";
import { table } from "../scale/report/table";
import { readFlags } from "./flags";
import { rows } from "./rows";
import { run } from "./run";
import { withStage } from "./stage";

async function main(): Promise<void> {
  const flags = readFlags(process.argv);
  const interrupt = listenForInterrupt();
  const [loadBefore = NaN] = loadavg();
  const startedAt = new Date().toISOString();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const measured = await withStage(say, interrupt.signal, (stage) => run(stage, flags)).catch((error: unknown) => {
    // What was going on when the user wanted to stop is no news.
    throw interrupt.signal.aborted ? interrupt.signal.reason : error;
  });
  const report = rows(measured);
  process.stdout.write(`${table(report)}\n`);
  if (flags.json === undefined) return;
  const results = { flags, startedAt, cores: availableParallelism(), loadBefore, ...measured, rows: report };
  writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
