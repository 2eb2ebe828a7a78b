import type { Reset } from "./scenario";

/**
 * The first reset after a moment; Infinity when none is left.
 *
 * @param time ms since the release began
 *
 * @example nextReset({ version: "candidate", everyMs: 1000 }, 1000) // 2000
 */
export function nextReset(reset: Reset | undefined, time: number): number {
  if (reset === undefined) return Infinity;
  const fixed = (reset.atMs ?? []).filter((at) => at > time);
  return Math.min(...fixed, reset.everyMs === undefined ? Infinity : nextMultiple(reset.everyMs, time));
}

function nextMultiple(period: number, time: number): number {
  const next = Math.floor(time / period) + 1;
  return (next === 0 ? 1 : next) * period;
}
