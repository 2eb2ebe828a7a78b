const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/gy;

/** What a duration must look like, for error messages. */
export const DURATION_FORMAT = 'a duration with its unit, such as "30s", "1m30s" or "2h"';

/**
 * Milliseconds of a duration as Go writes it (units ms, s, m, h), or undefined when the text is not one or not
 * longer than zero.
 *
 * @example parseDuration("1m30s") // 90000
 * @example parseDuration("30")    // undefined: the unit is missing
 */
export function parseDuration(text: string): number | undefined {
  return parseDurationOrZero(text) || undefined;
}

/**
 * As {@link parseDuration}, for settings that zero switches off.
 *
 * @example parseDurationOrZero("0s") // 0
 */
export function parseDurationOrZero(text: string): number | undefined {
  let total = 0;
  let end = 0;
  for (const match of text.matchAll(PART)) {
    total += Number(match[1]) * (UNIT_MS[match[2] as string] as number);
    end = match.index + match[0].length;
  }
  return text !== "" && end === text.length && Number.isFinite(total) ? total : undefined;
}

/**
 * A duration as Go writes it, to the second above one minute.
 *
 * @example formatDuration(90_000) // "1m30s"
 */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10}s`;
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${h ? `${h}h` : ""}${m ? `${m}m` : ""}${s ? `${s}s` : ""}`;
}
