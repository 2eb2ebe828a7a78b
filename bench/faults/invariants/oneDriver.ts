import { driverOf } from "../../../adapters/kubernetes/experiment/read";
import type { History, Write } from "../history/history";
import { tenuresOf, type Tenure } from "../history/holders";
import type { Tally } from "./tally";

/** How much earlier than the bench the API server may have known of a new holder, in ms. */
const SEEN_LATE_MS = 250;

/**
 * Nobody writes record or route but the holder of the Lease that counts. A request that left a driver while it was the
 * holder, and arrived when another one was, is no violation: the resourceVersion that it carries decides whether it may
 * still take effect. Giving an experiment to another driver is no step of the release: whoever asks for it needs no Lease.
 *
 * @param processOf the process that calls itself by an identity in Leases; undefined for one that was never seen
 */
export function checkOneDriver(
  history: History,
  processOf: (identity: string) => string | undefined,
  tally: Tally,
): { readonly late: number } {
  const first = history.experiment.find(({ object }) => object?.status?.serin !== undefined)?.revision ?? Infinity;
  const last = history.experiment.find(({ object }) => object?.status?.serin?.stage === "ended")?.revision ?? Infinity;
  const tenures = tenuresOf(history, processOf);
  const seen = new Set<string>();
  let late = 0;
  for (const write of [...history.writes].sort((a, b) => a.revision - b.revision)) {
    const { plural, name, revision, driver } = write;
    // Before the first status there is nothing to drive; after the last one, nothing is left to do but tidy up. A write
    // that changes nothing is answered with the revision of the write before it.
    const key = `${plural}/${name}/${revision}`;
    if (revision < first || revision > last || seen.has(key)) continue;
    seen.add(key);
    if (isAssignment(history, write)) continue;
    const holder = tenures.filter((tenure) => tenure.revision < revision).at(-1)?.process;
    const inTime = holder !== driver && wasHolderWhenSent(tenures, write);
    if (inTime) late += 1;
    tally.expect("oneDriver", holder === driver || inTime, write.sentAt, () => {
      return `${driver} wrote ${plural}/${name} (revision ${revision}) while ${holder ?? "nobody"} held the Lease`;
    });
  }
  return { late };
}

/** Whether the write gave the experiment to another driver, and changed nothing else. */
function isAssignment({ experiment }: History, { plural, revision }: Write): boolean {
  if (plural !== "experiments") return false;
  const i = experiment.findIndex((version) => version.revision === revision);
  const [before, after] = [experiment[i - 1]?.object, experiment[i]?.object];
  if (before === undefined || after === undefined || driverOf(before) === driverOf(after)) return false;
  return JSON.stringify(before.status) === JSON.stringify(after.status);
}

function wasHolderWhenSent(tenures: readonly Tenure[], { driver, sentAt, revision }: Write): boolean {
  return tenures.some((tenure, i) => {
    const end = tenures[i + 1]?.at ?? Infinity;
    return tenure.revision < revision && tenure.process === driver && sentAt <= end + SEEN_LATE_MS;
  });
}
