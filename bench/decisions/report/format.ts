import { wilsonInterval } from "../../../engine/statistics/wilsonInterval";

/**
 * A share as a percentage: one decimal, but none for a whole number. All is 100 and nothing is 0, and nothing else is.
 *
 * @example percent(3, 2000) // "0.2"
 * @example percent(1999, 2000) // "99.9"
 */
export function percent(part: number, whole: number): string {
  if (part === 0) return "0";
  const rounded = Math.round((1000 * part) / whole) / 10;
  return String(part === whole ? 100 : Math.min(99.9, Math.max(0.1, rounded)));
}

/** The 95 % interval of a share, in percent. @example interval(0, 2000) // "0–0.2" */
export function interval(part: number, whole: number): string {
  return wilsonInterval(part, whole)
    .map((end) => String(Math.round(1000 * end) / 10))
    .join("–");
}

/** A count, rounded: one decimal below ten, three digits and zeros are not needed above. @example count(5.25) // "5.3" */
export function count(value: number): string {
  return value < 10 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
}

/** Several words as a sentence has them. @example list(["a", "b", "c"]) // "a, b and c" */
export function list(words: readonly string[]): string {
  const last = words[words.length - 1] ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
