import { rmSync, writeFileSync } from "node:fs";
import { createColors } from "picocolors";
import { readFlags } from "./flags";
import { jsonReport, textReport, totalOf } from "./report/report";
import { run, type Tell } from "./run";
import { setStage } from "./stage";

const pc = createColors(process.stderr.isTTY === true && !process.env["NO_COLOR"]);

async function main(signal: AbortSignal): Promise<number> {
  const flags = readFlags(process.argv);
  const begun = performance.now();
  const say = (line: string): void => {
    process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} ${line}\n`);
  };
  const tell: Tell = {
    fault: (line) => say(pc.dim(line)),
    done: ({ plan, verdict = "none", seconds, reason, tally }, done) => {
      const { namespace, door, candidate, strategy } = plan;
      say(
        `${done}/${flags.experiments} ${namespace} (${door}, ${candidate}, ${strategy}): ${verdict} after ${seconds.toFixed(0)} s. ${reason}`,
      );
      for (const { invariant, what } of tally.violations) say(pc.red(`VIOLATION ${invariant}: ${what}`));
    },
  };
  say(`seed ${flags.seed}`);
  const { seed, keep, sampleEvery: sampleEveryMs } = flags;
  const stage = await setStage({ seed, keep, sampleEveryMs, signal, note: (line) => say(pc.yellow(line)) });
  try {
    const result = await run(stage.context, flags, tell);
    const total = totalOf(result);
    process.stdout.write(textReport(flags, result, total, stage.recorder));
    if (flags.json !== undefined) writeFileSync(flags.json, jsonReport(flags, result, total));
    return total.violations.length > 0 ? 1 : 0;
  } finally {
    await stage.strike();
    if (keep) say(`kept: ${stage.dir}`);
    else rmSync(stage.dir, { recursive: true, force: true });
  }
}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
}
main(interrupted.signal).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const { aborted } = interrupted.signal;
    const text = error instanceof Error ? ((aborted ? undefined : error.stack) ?? error.message) : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(aborted ? 130 : 1);
  },
);
