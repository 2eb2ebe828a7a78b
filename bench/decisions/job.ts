import { simulateCell, type Cell } from "./cell";
import { ENTRANTS } from "./entrants";
import { ROWS } from "./rows";

/** One cell to be simulated, in words that go from one thread to another. */
export interface Job {
  /** Place in {@link ROWS}. */
  readonly row: number;
  /** Place in {@link ENTRANTS}. */
  readonly entrant: number;
  readonly releases: number;
  readonly seed: number;
}

export function work({ row, entrant, releases, seed }: Job): Cell {
  const [kind, rule] = [ROWS[row], ENTRANTS[entrant]];
  if (kind === undefined || rule === undefined) throw new Error(`no row ${row} or no rule ${entrant}`);
  return simulateCell(rule, kind, releases, seed);
}
