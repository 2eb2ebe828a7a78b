import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const retryMs = 50;
const longMs = 10_000;

export interface ListeningOptions {
  /** Called once if nobody has listened for so long that something may be wrong, with the seconds waited so far. */
  readonly onLong?: (seconds: number) => void;
  /** Milliseconds. Default: 10 s. */
  readonly afterMs?: number;
}

/** Resolves when a connection to the URL's host and port is taken, or the signal aborts. */
export async function untilListening(
  url: string,
  signal: AbortSignal,
  { onLong, afterMs = longMs }: ListeningOptions = {},
): Promise<void> {
  const { hostname, port } = new URL(url);
  const timer = setTimeout(() => onLong?.(afterMs / 1000), afterMs);
  try {
    while (!signal.aborted && !(await isTaken(Number(port), hostname))) {
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function isTaken(port: number, host: string): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
