import { setTimeout as sleep } from "node:timers/promises";
import type { AxiosInstance } from "axios";
import axiosRetry, { retryAfter } from "axios-retry";
import { mayPass } from "./faults";

const FIRST_BACKOFF_MS = 250;
/** The longest wait before a try. */
export const LONGEST_BACKOFF_MS = 4000;

export interface RetryOptions {
  /** Waits between tries; for tests. */
  readonly delay?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Uniform on [0, 1); for tests. */
  readonly random?: () => number;
}

/** Has failures that may pass tried again, with exponential backoff and full jitter, or when the server says. */
export function retryWhatMayPass(http: AxiosInstance, retries: number, options: RetryOptions): void {
  const { delay = (ms, signal) => sleep(ms, undefined, { signal }), random = Math.random } = options;
  axiosRetry(http, {
    retries,
    shouldResetTimeout: true,
    retryCondition: mayPass,
    // The wait is in onRetry, where it can be replaced.
    retryDelay: () => 0,
    onRetry: async (count, error, { signal }) => {
      const backoff = random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (count - 1));
      await delay(Math.min(LONGEST_BACKOFF_MS, Math.max(backoff, retryAfter(error))), signal as AbortSignal);
    },
  });
}
