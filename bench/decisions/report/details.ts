import { ENTRANTS, type Entrant } from "../entrants";
import { cellOf, rowsOf, type Results } from "../results";
import { rowName, type Row } from "../rows";
import { count, interval, percent } from "./format";
import { markdownTable } from "./markdownTable";

const HEAD = ["rule", "looks", "rolled back %", "95 %", "promoted %", "inconclusive %", "s", "requests", "errors"];

/** Every cell of the run, one table a row. */
export function details(results: Results): string {
  return rowsOf(results)
    .map((row) => `### ${rowName(row)}\n\n${row.about}\n\n${table(results, row)}`)
    .join("\n\n");
}

function table(results: Results, row: Row): string {
  const present = ENTRANTS.filter(({ onlyIn }) => onlyIn === undefined || onlyIn === row.id);
  return markdownTable(
    HEAD,
    present.map((entrant) => [entrant.rule.name, looks(entrant), ...numbers(results, row, entrant)]),
    2,
  );
}

function looks({ rule: { intervalMs } }: Entrant): string {
  return intervalMs > 60_000 ? `${intervalMs / 60_000} min` : `${intervalMs / 1000} s`;
}

function numbers(results: Results, row: Row, entrant: Entrant): readonly string[] {
  const cell = cellOf(results, row, entrant);
  if (cell === undefined) return HEAD.slice(2).map(() => "n/a");
  const { releases, rolledBack, promoted, inconclusive, untilRollback, candidateErrors } = cell;
  return [
    percent(rolledBack, releases),
    interval(rolledBack, releases),
    percent(promoted, releases),
    entrant.family === "Serin" ? percent(inconclusive, releases) : "–",
    untilRollback === undefined ? "–" : count(untilRollback.seconds),
    untilRollback === undefined ? "–" : count(untilRollback.candidateRequests),
    count(candidateErrors),
  ];
}
