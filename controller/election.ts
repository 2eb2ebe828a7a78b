import type { KubernetesClient } from "../adapters/kubernetes/client";
import { Informer } from "../adapters/kubernetes/informer";
import { LeaseLostError, type Lease, type LeaseObject } from "../adapters/kubernetes/lease";
import { LEASES } from "../adapters/kubernetes/paths";
import type { Clock } from "../driver/world";

/** How long the Lease is held, and how often it is renewed, while there are releases to drive. */
const BUSY = { durationSeconds: 10, renewEveryMs: 3000 };
/** With nothing to drive there is nothing that a second replica would have to take over quickly. */
const IDLE = { durationSeconds: 30, renewEveryMs: 12_500 };
const RETRY_EVERY_MS = 1000;
const LOOK_EVERY_MS = 250;
/** Each look costs a little, also where there is nothing to do all day. */
const IDLE_LOOK_EVERY_MS = 1000;

export interface ElectionOptions {
  readonly client: KubernetesClient;
  readonly lease: Lease;
  readonly namespace: string;
  readonly name: string;
  readonly clock: Clock;
  /** Whether there are releases to drive. */
  readonly isBusy: () => boolean;
  /** Leads, until the signal says that this process does not any more. */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  readonly onChange: (state: "standby" | "leading" | "lost", holder?: string) => void;
}

/** Waits for the Lease, leads while it is held, and again, until the signal aborts. The Lease is given up at the end. */
export async function electLeader(options: ElectionOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await untilElected(options, signal);
    if (signal.aborted) break;
    options.onChange("leading");
    const term = new AbortController();
    // What is finished after the signal needs the Lease, too: it is renewed until nothing is left to do.
    const renewing = keepRenewing(options, term);
    try {
      await options.lead(AbortSignal.any([signal, term.signal]));
    } finally {
      term.abort();
      await renewing;
    }
    if (!signal.aborted) options.onChange("lost");
  }
  await options.lease.release().catch(() => undefined); // it lapses by itself
}

async function untilElected(options: ElectionOptions, signal: AbortSignal): Promise<void> {
  const { client, lease, namespace, name, clock, onChange } = options;
  const done = new AbortController();
  const scope = { namespace, fieldSelector: `metadata.name=${name}` };
  const informer = new Informer<LeaseObject>({
    client,
    collection: LEASES,
    scope,
    clock,
    onChange: (now) => now && lease.sight(now),
  });
  const running = informer.run(AbortSignal.any([signal, done.signal]));
  let told: string | undefined;
  try {
    while (!signal.aborted) {
      const seen = informer.cache.get(namespace, name);
      if (informer.isSynced && lease.isFree(seen)) {
        const holder = await lease.acquire().catch((error: Error) => error.message);
        if (holder === undefined) return;
      }
      const holder = seen?.spec?.holderIdentity ?? "";
      if (holder !== told) onChange("standby", holder);
      told = holder;
      await clock.sleep(LOOK_EVERY_MS);
    }
  } finally {
    done.abort();
    await running;
  }
}

/** Renews the Lease until the term is over. Once it is not held any more, it is. */
async function keepRenewing(options: ElectionOptions, term: AbortController): Promise<void> {
  const { lease, clock, isBusy } = options;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let pace: typeof BUSY = IDLE;
  const lost = () => term.abort(new LeaseLostError("the Lease was lost"));
  while (!term.signal.aborted) {
    // Somebody else may have had it since, even if it could be taken again.
    if (!lease.isHeld()) return lost();
    const now = clock.monotonic();
    const wanted = isBusy() ? BUSY : IDLE;
    const isDue = now - renewedAt >= pace.renewEveryMs || (wanted === BUSY && pace === IDLE);
    if (isDue) {
      lease.duration = wanted.durationSeconds;
      const holder = await lease.acquire().catch(() => "unknown");
      if (holder === undefined) [renewedAt, pace] = [now, wanted];
      else if (!lease.isHeld()) return lost();
      else await clock.sleep(RETRY_EVERY_MS);
    }
    await clock.sleep(pace === BUSY ? LOOK_EVERY_MS : IDLE_LOOK_EVERY_MS);
  }
}
