import Table from "cli-table3";

const EDGES = ["top", "bottom", "left", "right", "mid", "left-mid", "mid-mid", "right-mid"] as const;
const CORNERS = ["top-mid", "top-left", "top-right", "bottom-mid", "bottom-left", "bottom-right"] as const;
const BARE = Object.fromEntries([...EDGES, ...CORNERS].map((part) => [part, ""]));

/** Columns without lines around them, so that other programs can cut them. */
export function columns(rows: readonly (readonly string[])[]): string {
  const table = new Table({
    chars: { ...BARE, middle: "   " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Time since a moment, in its largest unit; "-" where it is not known. */
export function ageOf(moment: string | undefined, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(moment ?? "")) / 1000));
  if (Number.isNaN(seconds)) return "-";
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
