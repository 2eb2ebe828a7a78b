/** Time as the kubelet sees it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch; never goes back. */
  now(): number;
  /** Calls `run` once after so many milliseconds, unless it is cancelled before. */
  after(ms: number, run: () => void): Cancel;
}

export type Cancel = () => void;

/** The longest delay that Node's timers know; whoever waits longer is woken early, and waits again. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock; a step of the wall clock does not touch it. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** Kubernetes writes times to the second; so does the kubelet, lest a time differ from what the API server says of it. */
export function wholeSeconds(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}
