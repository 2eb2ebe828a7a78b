/**
 * A table in Markdown, aligned as Prettier does, so that a written document is a formatted one.
 *
 * @param head one word a column
 * @param left number of columns at the left that are text; the others are numbers and end at the right
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: number = head.length,
): string {
  const widths = head.map((word, i) => Math.max(3, word.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const pad = (text: string, i: number): string => {
    const width = widths[i] ?? 0;
    return i < left ? text.padEnd(width) : text.padStart(width);
  };
  const rule = widths.map((width, i) => (i < left ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head.map(pad)), line(rule), ...rows.map((row) => line(head.map((_, i) => pad(row[i] ?? "", i))))].join(
    "\n",
  );
}
