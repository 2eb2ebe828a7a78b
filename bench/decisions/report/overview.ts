import type { Cell } from "../cell";
import type { Cadence, Entrant } from "../entrants";
import { cellOf, contenders, rowsOf, type Results } from "../results";
import type { Row } from "../rows";
import { count, percent } from "./format";
import { markdownTable } from "./markdownTable";

/** One table a rate: every rule against every kind of row. */
export function overview(results: Results, cadence: Cadence, group: Row["group"]): string {
  const rows = rowsOf(results, (row) => row.group === group);
  const rates = [...new Set(rows.map(({ scenario }) => scenario.requestsPerSecond))].sort((a, b) => a - b);
  return rates
    .map((rate) => {
      const columns = rows.filter(({ scenario }) => scenario.requestsPerSecond === rate);
      const lines = contenders(cadence).map((entrant) => [
        entrant.rule.name,
        ...columns.map((row) => summaryOf(results, row, entrant)),
      ]);
      return markdownTable([`${rate} requests/s`, ...columns.map(({ title }) => title)], lines, 1);
    })
    .join("\n\n");
}

function summaryOf(results: Results, row: Row, entrant: Entrant): string {
  const cell = cellOf(results, row, entrant);
  if (cell === undefined) return "n/a";
  return row.harmless ? falseRollbacks(cell) : detection(cell);
}

/** Rolled back by mistake, and, where the rule may not come to a verdict, how often it did not. */
function falseRollbacks({ rolledBack, inconclusive, releases }: Cell): string {
  const open = inconclusive > 0 ? ` (${percent(inconclusive, releases)} open)` : "";
  return `${percent(rolledBack, releases)}${open}`;
}

function detection({ rolledBack, releases, untilRollback }: Cell): string {
  const share = percent(rolledBack, releases);
  if (untilRollback === undefined) return share;
  return `${share} / ${count(untilRollback.seconds)} s / ${count(untilRollback.candidateRequests)}`;
}
