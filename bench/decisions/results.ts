import type { Cell } from "./cell";
import { ENTRANTS, type Cadence, type Entrant } from "./entrants";
import { ROWS, type Row } from "./rows";

/** Everything that a run of the bench found out. */
export interface Results {
  /** Of Serin. */
  readonly version: string;
  readonly seed: number;
  /** Releases a cell. */
  readonly releases: number;
  /** Those of a rule that has no part in a row are left out. */
  readonly cells: readonly { readonly row: Row; readonly entrant: Entrant; readonly cell: Cell }[];
}

export function cellOf({ cells }: Results, row: Row, entrant: Entrant): Cell | undefined {
  return cells.find((c) => c.row === row && c.entrant === entrant)?.cell;
}

/** The rows of the run that pass, in the order of the tables. */
export function rowsOf({ cells }: Results, passes: (row: Row) => boolean = () => true): readonly Row[] {
  const seen = new Set(cells.map(({ row }) => row));
  return ROWS.filter((row) => seen.has(row) && passes(row));
}

/** A row by its id and its requests a second; undefined when the run left it out. */
export function rowAt(results: Results, id: string, rate: number): Row | undefined {
  return rowsOf(results, (row) => row.id === id && row.scenario.requestsPerSecond === rate)[0];
}

/** The rules that look this often and are in more than a single row. */
export function contenders(cadence: Cadence): readonly Entrant[] {
  return ENTRANTS.filter(({ cadences, onlyIn }) => cadences.includes(cadence) && onlyIn === undefined);
}

/** Serin at a cadence. */
export function serinAt(cadence: Cadence): Entrant {
  const found = contenders(cadence).find(({ family }) => family === "Serin");
  if (found === undefined) throw new Error(`Serin has no looks every ${cadence} ms`);
  return found;
}

export function peersAt(cadence: Cadence): readonly Entrant[] {
  return contenders(cadence).filter(({ family }) => family !== "Serin");
}
