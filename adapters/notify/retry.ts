import type { PostAnswer } from "./post";

/** Tries of one notification. */
export const MOST_TRIES = 10;
/** From the first try of a notification to its last, in ms. */
export const PATIENCE_MS = 600_000;
/** Longest wait for the answer to one try, in ms. */
export const TIMEOUT_MS = 5000;

const BACKOFF_MS = { first: 1000, longest: 60_000 };

/** What follows from a try: it arrived, it never will, or another try may help. */
export type Fate = "sent" | "refused" | "retry";

/** @param answer undefined when there was none */
export function fateOf(answer: PostAnswer | undefined): Fate {
  if (answer === undefined || answer.status === 429 || answer.status >= 500) return "retry";
  return answer.status >= 200 && answer.status < 300 ? "sent" : "refused";
}

/**
 * How long to wait before the next try: exponential backoff with full jitter, and at least what the channel asked for.
 *
 * @param failures tries that have failed so far, 1 or more
 * @param random uniform on [0, 1)
 * @returns ms
 */
export function waitAfter(failures: number, answer: PostAnswer | undefined, random: () => number): number {
  const backoff = random() * Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** (failures - 1));
  return Math.max(backoff, answer?.retryAfterMs ?? 0);
}
