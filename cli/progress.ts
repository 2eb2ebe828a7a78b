import type { Sink } from "./terminal";

/** Time between two lines of progress, in ms. */
const EVERY_MS = 100;
const CLEAR = "\r\u001b[K";

/** A line that tells how far something is. */
export interface Progress {
  tell(done: number): void;
  /** Removes the line. */
  end(): void;
}

/** The line, on a terminal; nothing elsewhere. */
export function createProgress(sink: Sink, total: number, what: string): Progress {
  if (!sink.isTerminal) return { tell: () => undefined, end: () => undefined };
  let toldAt = 0;
  return {
    tell(done) {
      const now = performance.now();
      if (now - toldAt < EVERY_MS) return;
      toldAt = now;
      sink.write(`${CLEAR}${done} of ${total} ${what}`);
    },
    end: () => sink.write(CLEAR),
  };
}
