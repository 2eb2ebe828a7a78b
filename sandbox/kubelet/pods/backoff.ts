/** The waits between restarts of a container, in ms. */
export interface CrashBackoff {
  /** Before the second restart; the first one comes at once. */
  readonly baseMs: number;
  readonly capMs: number;
  /** A run of this length makes the next end a first one again. */
  readonly resetMs: number;
}

export const kubeletBackoff: CrashBackoff = { baseMs: 10_000, capMs: 300_000, resetMs: 600_000 };

/**
 * The wait after a run that lasted `ranMs`, and the wait after the next one.
 *
 * @param delayMs what the last call gave as `nextDelayMs`; 0 at first
 */
export function afterRun(
  backoff: CrashBackoff,
  delayMs: number,
  ranMs: number,
): { readonly waitMs: number; readonly nextDelayMs: number } {
  const waitMs = ranMs >= backoff.resetMs ? 0 : delayMs;
  const nextDelayMs = waitMs === 0 ? backoff.baseMs : Math.min(backoff.capMs, waitMs * 2);
  return { waitMs: Math.min(waitMs, backoff.capMs), nextDelayMs: Math.min(nextDelayMs, backoff.capMs) };
}

/** The wait after so many failures in a row, at least one. */
export function afterFailures({ baseMs, capMs }: CrashBackoff, failures: number): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 16));
}
