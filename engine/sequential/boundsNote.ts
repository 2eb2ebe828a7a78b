import { tailAt } from "./tail";

/**
 * What a percentile's threshold comes to when it is none of the histogram's bounds; undefined when it is one.
 *
 * @param bounds rising
 *
 * @example boundsNote("p99", 300, [100, 250, 500])
 * // "p99: 300 is no bucket bound; harm is counted from 500, safety from 250 (bounds: 100, 250, 500)"
 */
export function boundsNote(metric: string, tolerance: number, bounds: readonly number[]): string | undefined {
  if (bounds.includes(tolerance)) return undefined;
  const { upper, lower } = tailAt(bounds, tolerance);
  const parts = [
    upper === undefined ? "harm cannot be seen" : `harm is counted from ${bounds[upper]}`,
    lower === undefined
      ? "safety cannot be shown"
      : `safety ${upper === undefined ? "is counted " : ""}from ${bounds[lower]}`,
  ];
  return `${metric}: ${tolerance} is no bucket bound; ${parts.join(", ")} (bounds: ${bounds.join(", ") || "none"})`;
}
