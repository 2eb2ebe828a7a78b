const firstMs = 200;
const longestMs = 10_000;

/** How long to wait before the next try, in ms: twice as long each time, drawn from the upper half. */
export function retryDelayMs(failures: number, random: () => number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 16)) * (0.5 + random() / 2);
}
