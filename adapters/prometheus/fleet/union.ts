import type { Labelled } from "./answer";

/** The label that tells the expressions' rows apart. */
const MARKER = "serin_group";

/**
 * One expression for many: the rows of all, each with the number of its expression in a label.
 *
 * @param expressions each of them closed, see `shape.ts`
 */
export function unionOf(expressions: readonly string[]): string {
  // The line break ends a comment that the expression may end with.
  return anyOf(expressions.map((promql, i) => `label_replace((${promql}\n), "${MARKER}", "${i}", "", "")`));
}

/** Prometheus compares the sides of each `or`: in a chain it would do so with the first rows again and again. */
function anyOf(expressions: readonly string[]): string {
  if (expressions.length < 2) return expressions.join("");
  const middle = Math.ceil(expressions.length / 2);
  return `(${anyOf(expressions.slice(0, middle))} or ${anyOf(expressions.slice(middle))})`;
}

/** The rows of each expression, without the number; undefined when a row has none. */
export function splitUnion<T extends Labelled>(
  rows: readonly T[],
  count: number,
): readonly (readonly T[])[] | undefined {
  const split: T[][] = Array.from({ length: count }, () => []);
  for (const row of rows) {
    const { [MARKER]: marker, ...labels } = row.labels;
    const own = split[Number(marker ?? NaN)];
    if (own === undefined) return undefined;
    own.push({ ...row, labels });
  }
  return split;
}
