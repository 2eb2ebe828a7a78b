import Table from "cli-table3";
import type { CaseResult } from "../cases/judge";
import { INVARIANTS, type Invariant, type Tally } from "../invariants/tally";

const BORDERLESS = { style: { head: [], border: [] } };

/** How often each of these occurs, the most frequent first. */
export function countBy<T>(all: readonly T[], name: (one: T) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(name(one), (counts.get(name(one)) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
}

export function faultTable(kinds: readonly string[]): string {
  const table = new Table({ head: ["fault", "times"], ...BORDERLESS });
  table.push(...countBy(kinds, (kind) => kind), ["all", kinds.length]);
  return table.toString();
}

const VERDICTS = ["promoted", "rolledBack", "inconclusive", "aborted", "none"] as const;

export function verdictTable(cases: readonly CaseResult[]): string {
  const table = new Table({ head: ["asked for by", "candidate", ...VERDICTS], ...BORDERLESS });
  const groups = countBy(cases, ({ plan }) => `${plan.door} ${plan.candidate}`).map(([group]) => group);
  for (const group of groups.sort()) {
    const own = cases.filter(({ plan }) => `${plan.door} ${plan.candidate}` === group);
    const count = (verdict: string) => own.filter((one) => (one.verdict ?? "none") === verdict).length;
    const [door = "", candidate = ""] = group.split(" ");
    table.push([door, candidate, ...VERDICTS.map(count)]);
  }
  return table.toString();
}

export function invariantTable(tally: Tally): string {
  const table = new Table({ head: ["invariant", "checks", "violations"], ...BORDERLESS });
  for (const [invariant, text] of Object.entries(INVARIANTS) as [Invariant, string][]) {
    const broken = tally.violations.filter((violation) => violation.invariant === invariant).length;
    table.push([text, tally.checks.get(invariant) ?? 0, broken]);
  }
  return table.toString();
}

/** The first violations of each invariant, in full. */
export function violationLines(tally: Tally, each = 5): string[] {
  return (Object.keys(INVARIANTS) as Invariant[]).flatMap((invariant) =>
    tally.violations
      .filter((violation) => violation.invariant === invariant)
      .slice(0, each)
      .map(({ at, what }) => `${invariant} at ${(at / 1000).toFixed(3)} s: ${what}`),
  );
}

/** The value below which a share of the values lies; 0 without any. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
