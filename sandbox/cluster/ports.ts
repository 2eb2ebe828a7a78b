import { randomInt } from "node:crypto";
import { detectPort } from "detect-port";

/**
 * Ports are drawn from below the range from which systems take the local end of outgoing connections, so that a part
 * that was stopped for a while finds its port free when it comes back.
 */
const lowest = 20_000;
const highest = 29_999;

/** A free port on the loopback address, other than those in `taken`. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = await detectPort(randomInt(lowest, highest + 1));
    if (!taken.has(port)) return port;
  }
}

export async function isFree(port: number): Promise<boolean> {
  return (await detectPort(port)) === port;
}
