import type { VirtualClock } from "../support/virtualClock";

interface Timer {
  cleared: boolean;
  readonly start: () => void;
}

const { setTimeout: realSet, clearTimeout: realClear } = globalThis;

/**
 * Has `setTimeout` go by a virtual clock, until the end of the test or suite that calls it.
 *
 * @returns gives the real timers back
 */
export function virtualTimers(clock: VirtualClock): () => void {
  const set = (call: () => void, ms = 0) => {
    let round = 0;
    const timer = {
      cleared: false,
      start: () => {
        round += 1;
        const mine = round;
        void clock.sleep(ms).then(() => {
          if (!timer.cleared && mine === round) call();
        });
      },
      unref: () => timer,
      refresh: () => timer.start(),
    };
    timer.start();
    return timer;
  };
  const clear = (timer: Timer | undefined) => {
    if (timer !== undefined) timer.cleared = true;
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  return () => void Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
}
