import type { Cell } from "../cell";
import { CADENCES, type Cadence, type Entrant } from "../entrants";
import { cellOf, contenders, rowsOf, type Results } from "../results";
import { rowName, type Row } from "../rows";
import { interval, percent } from "./format";
import { markdownTable } from "./markdownTable";

/** Where a rule rolled back the largest share of candidates that were as good as the baseline. */
export interface Worst {
  readonly row: Row;
  readonly cell: Cell;
}

export function worstFalseRollback(results: Results, entrant: Entrant, group: Row["group"]): Worst | undefined {
  const cells = rowsOf(results, (row) => row.harmless && row.group === group).flatMap((row) => {
    const cell = cellOf(results, row, entrant);
    return cell === undefined ? [] : [{ row, cell }];
  });
  return cells.reduce<Worst | undefined>(
    (worst, one) => (worst === undefined || share(one) > share(worst) ? one : worst),
    undefined,
  );
}

/** For each rule its worst false rollback, in ordinary rows and in adversarial ones. */
export function worstTable(results: Results): string {
  const head = ["rule", "looks", "ordinary A/A: rolled back %", "in", "adversarial A/A: rolled back %", "in"];
  const rows = CADENCES.flatMap((cadence) => contenders(cadence).map((entrant) => line(results, entrant, cadence)));
  return markdownTable(head, rows);
}

function line(results: Results, entrant: Entrant, cadence: Cadence): readonly string[] {
  const cells = (["ordinary", "adversarial"] as const).flatMap((group) => {
    const worst = worstFalseRollback(results, entrant, group);
    if (worst === undefined) return ["n/a", ""];
    const { rolledBack, releases } = worst.cell;
    const place = rolledBack === 0 ? "everywhere" : rowName(worst.row);
    return [`${percent(rolledBack, releases)} (${interval(rolledBack, releases)})`, place];
  });
  return [entrant.rule.name, `${cadence / 1000} s`, ...cells];
}

function share({ cell }: Worst): number {
  return cell.rolledBack / cell.releases;
}
