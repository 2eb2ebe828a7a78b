import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { listenForInterrupt } from "../../sandbox/toolchain";
import { withEnvironment } from "../scale/environment/environment";
import { table } from "../scale/report/table";
import { readFlags } from "./flags";
import { rows } from "./rows";
import { run } from "./run";

/** As in the bench of scale: the API server shares the machine with all else. */
const GARBAGE_COLLECTION = "400";

async function main(): Promise<void> {
  process.env["GOGC"] ??= GARBAGE_COLLECTION;
  const flags = readFlags(process.argv);
  const interrupt = listenForInterrupt();
  const [loadBefore = NaN] = loadavg();
  const startedAt = new Date().toISOString();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const sets = await withEnvironment(say, undefined, interrupt.signal, (environment) =>
    run(flags, environment, interrupt.signal, say),
  ).catch((error: unknown) => {
    throw interrupt.signal.aborted ? interrupt.signal.reason : error;
  });
  const report = sets.flatMap(rows);
  process.stdout.write(`${table(report)}\n`);
  if (flags.json === undefined) return;
  const { runs, concurrency } = flags;
  const results = { runs, concurrency, startedAt, cores: availableParallelism(), loadBefore, sets, rows: report };
  writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
