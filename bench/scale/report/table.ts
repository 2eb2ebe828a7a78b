import Table from "cli-table3";
import type { Row } from "./row";

/** No lines between the rows. */
const CHARS = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** The report as text for a terminal. */
export function table(rows: readonly Row[]): string {
  const head = ["phase", "measure", "measured", "target", "verdict"];
  const printed = new Table({
    head,
    style: { head: [], border: [] },
    chars: CHARS,
    wordWrap: true,
    colWidths: [null, 58, 48],
  });
  let phase = "";
  for (const row of rows) {
    printed.push([row.phase === phase ? "" : row.phase, row.measure, row.measured, row.target ?? "", verdict(row)]);
    ({ phase } = row);
  }
  return printed.toString();
}

function verdict({ target, met }: Row): string {
  if (target === undefined) return "";
  if (met === undefined) return "not measured";
  return met ? "met" : "missed";
}
