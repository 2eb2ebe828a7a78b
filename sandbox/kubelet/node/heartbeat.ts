import type { Clock } from "../pods/clock";
import type { Registration } from "./registration";

const periodMs = 10_000;
/** So many beats apart the Node itself is written again, should somebody have changed or removed it. */
const beatsPerStatus = 30;

/** Renews the node's Lease every 10 s until the signal aborts. After an outage, and each 5 minutes, also its status. */
export function keepAlive(
  registration: Pick<Registration, "register" | "renew">,
  clock: Clock,
  signal: AbortSignal,
  onTrouble: (error: unknown) => void,
): void {
  let beats = 0;
  let isInTrouble = false;
  const beat = async (): Promise<void> => {
    beats += 1;
    try {
      if (isInTrouble || beats % beatsPerStatus === 0) await registration.register();
      await registration.renew();
      isInTrouble = false;
    } catch (error) {
      if (!isInTrouble) onTrouble(error);
      isInTrouble = true;
    }
    if (!signal.aborted) cancel = clock.after(periodMs, () => void beat());
  };
  let cancel = clock.after(0, () => void beat());
  signal.addEventListener("abort", () => cancel(), { once: true });
}
