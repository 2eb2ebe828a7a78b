import { isTransient } from "../adapters/kubernetes/errors";
import type { Clock } from "./world";

const BACKOFF_MS = { first: 500, longest: 10_000 };

export interface Patience {
  readonly clock: Clock;
  /** Hears once of an outage, however long it lasts. */
  readonly onNotice: (text: string) => void;
  /** Whether to give up. Default: never. */
  readonly stop?: () => Promise<boolean> | boolean;
  /** Source of jitter, [0, 1). */
  readonly random?: () => number;
}

/**
 * Asks until there is an answer: faults of the API server that may pass are waited out with backoff and jitter.
 *
 * @returns the answer, or undefined when told to give up before there was one
 * @throws whatever is not such a fault
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  options: Omit<Patience, "stop">,
): Promise<{ readonly answer: T }>;
export async function patiently<T>(
  ask: () => Promise<T>,
  options: Patience,
): Promise<{ readonly answer: T } | undefined>;
export async function patiently<T>(
  ask: () => Promise<T>,
  { clock, onNotice, stop = () => false, random = Math.random }: Patience,
): Promise<{ readonly answer: T } | undefined> {
  for (let failures = 0; ;) {
    try {
      return { answer: await ask() };
    } catch (error) {
      if (!isTransient(error)) throw error;
      failures += 1;
      if (failures === 1) onNotice(`waiting: ${(error as Error).message}`);
    }
    if (await stop()) return undefined;
    const longest = Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** (failures - 1));
    await clock.sleep(Math.max(50, random() * longest));
  }
}
