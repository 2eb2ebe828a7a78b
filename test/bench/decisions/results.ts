import { takesPart, type Cell } from "../../../bench/decisions/cell";
import { ENTRANTS, type Entrant } from "../../../bench/decisions/entrants";
import type { Results } from "../../../bench/decisions/results";
import { ROWS, type Row } from "../../../bench/decisions/rows";

/** A cell of 1000 releases, of which so many were rolled back after 60 s and so many requests; the others were promoted. */
export function cell(rolledBack: number, candidateRequests = 100): Cell {
  return {
    releases: 1000,
    rolledBack,
    promoted: 1000 - rolledBack,
    inconclusive: 0,
    candidateErrors: 3.25,
    ...(rolledBack === 0 ? {} : { untilRollback: { seconds: 60, candidateRequests } }),
  };
}

/** What a run of the bench might have found: the cell that is given for each rule and row. */
export function results(
  cellOf: (entrant: Entrant, row: Row) => Cell,
  isAskedFor: (row: Row) => boolean = () => true,
): Results {
  const cells = ROWS.filter(isAskedFor).flatMap((row) =>
    ENTRANTS.filter((entrant) => takesPart(entrant, row)).map((entrant) => ({
      row,
      entrant,
      cell: cellOf(entrant, row),
    })),
  );
  return { version: "1.2.3", seed: 4, releases: 1000, cells };
}
