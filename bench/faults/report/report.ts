import type { CaseResult } from "../cases/judge";
import type { Flags } from "../flags";
import type { Recorder } from "../history/recorder";
import { Tally } from "../invariants/tally";
import type { RunResult } from "../run";
import { faultTable, invariantTable, quantile, verdictTable, violationLines } from "./tables";

/** All that was counted, over all experiments. */
export function totalOf({ cases, tally }: RunResult): Tally {
  const total = new Tally();
  total.add(tally);
  for (const { plan, tally: own } of cases) total.add(own, `${nameOf(plan)}: `);
  return total;
}

function nameOf({ namespace, door, candidate, strategy }: CaseResult["plan"]): string {
  return `${namespace} (${door}, ${candidate}, ${strategy})`;
}

/** The result for people. */
export function textReport(flags: Flags, result: RunResult, total: Tally, { samples }: Recorder): string {
  const { cases, happened, crashes, seconds } = result;
  const repairs = cases.flatMap((one) => one.repairs);
  const sum = (of: (one: CaseResult) => number) => cases.reduce((all, one) => all + of(one), 0);
  const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return [
    `seed ${flags.seed}: ${cases.length} experiments, ${happened.length} faults, ${seconds.toFixed(0)} s`,
    "",
    faultTable(happened.map(({ kind }) => kind)),
    "",
    verdictTable(cases),
    "",
    invariantTable(total),
    "",
    `foreign edits put right: ${repairs.length}, after ${inSeconds(quantile(repairs, 0.5))} (median), ${inSeconds(quantile(repairs, 1))} at most`,
    `writes sent in time that arrived after the Lease was lost: ${sum((one) => one.lateWrites)}`,
    `experiments left to the controller: ${sum((one) => (one.abandoned ? 1 : 0))}; pulumi drivers that failed and were run again: ${sum((one) => one.failures.length)}; ` +
      `controllers that ended by themselves: ${crashes}`,
    `routes sampled: ${samples.taken}; versions that the sampler saw before the watch, or alone: ${samples.first}`,
    ...violationLines(total).map((line) => `\n${line}`),
    "",
  ].join("\n");
}

/** The result for programs. */
export function jsonReport(flags: Flags, result: RunResult, total: Tally): string {
  const { cases, happened, crashes, seconds } = result;
  const report = {
    flags,
    seconds,
    crashes,
    invariants: Object.fromEntries(
      [...total.checks].map(([invariant, checks]) => [
        invariant,
        { checks, violations: total.violations.filter((violation) => violation.invariant === invariant).length },
      ]),
    ),
    violations: total.violations,
    faults: happened,
    experiments: cases.map((one) => ({ ...one, tally: undefined })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
