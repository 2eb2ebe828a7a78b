import type { Quality } from "./annotations";
import { logNormal, type Random } from "./random";

/** What a pod makes of one request. */
export interface Answer {
  readonly code: 200 | 500;
  readonly latencyMs: number;
}

/** A draw from what pods of this quality answer. */
export function drawAnswer({ p50Ms, p99Ms, errorRate }: Quality, random: Random): Answer {
  const code = random() < errorRate ? 500 : 200;
  return { code, latencyMs: logNormal(random, p50Ms, p99Ms) };
}
