import { RouteShapeError } from "../adapters/istio/virtualService";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { isConflict, isTransient } from "../adapters/kubernetes/errors";
import { LeaseLostError, type Lease } from "../adapters/kubernetes/lease";
import type { Drain } from "./ending";
import { tick } from "./tick";
import { LOOK_EVERY_MS, type TickReport, type TickResult } from "./tickResult";
import type { Clock, World } from "./world";

/** Who is told what while a release is driven. */
export interface Listener {
  readonly onTick: (report: TickReport, experiment: { readonly name: string }) => void;
  readonly onNotice: (text: string) => void;
}

/** How driving ended: the release has, or somebody deleted it, or another driver has taken it over. */
export type Outcome =
  | { readonly kind: "ended"; readonly experiment: ExperimentResource }
  | { readonly kind: "gone" }
  | { readonly kind: "handedOver" };

const BACKOFF_MS = { first: 500, longest: 15_000 };

/**
 * Drives one release to its end. Faults of the world are waited out; the Lease decides which process may write.
 *
 * @param random source of jitter, [0, 1)
 * @throws whatever is not a fault of the world: a mistake in the experiment, or in Serin
 */
export async function drive(
  world: World,
  lease: Lease,
  target: { readonly namespace: string; readonly name: string },
  listener: Listener,
  random: () => number = Math.random,
): Promise<Outcome> {
  const drain: Drain = {};
  const notice = onChange(listener.onNotice);
  let failures = 0;
  const renewal = keepRenewing(lease, world.clock);
  try {
    for (;;) {
      let result: TickResult;
      try {
        if (!lease.isHeld()) {
          const holder = await lease.acquire();
          if (holder !== undefined) {
            notice(`waiting for the Lease, which ${holder} holds`);
            await world.clock.sleep(500);
            continue;
          }
          delete drain.routedAt;
        }
        result = await tick(world, target.namespace, target.name, drain);
        failures = 0;
        notice(undefined);
      } catch (error) {
        if (!mayPass(error)) throw error;
        failures += 1;
        if (!isConflict(error)) notice(`waiting: ${(error as Error).message}`);
        await world.clock.sleep(backoff(failures, random));
        continue;
      }
      if (result.kind === "gone") return { kind: "gone" };
      if (result.kind === "handedOver") return result;
      listener.onTick(result.report, target);
      if (result.kind === "ended") return result;
      await world.clock.sleep(Math.min(result.dueAt - world.clock.now(), LOOK_EVERY_MS));
    }
  } finally {
    renewal.stop();
    await lease.release().catch(() => undefined); // it lapses by itself
  }
}

function mayPass(error: unknown): boolean {
  // A route that somebody has bent out of shape holds the release until somebody puts it right.
  return isConflict(error) || isTransient(error) || error instanceof LeaseLostError || error instanceof RouteShapeError;
}

/** Exponential backoff with full jitter. */
function backoff(failures: number, random: () => number): number {
  return Math.max(50, random() * Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** (failures - 1)));
}

/** Passes a text on when it differs from the last one; undefined forgets it. */
function onChange(tell: (text: string) => void): (text: string | undefined) => void {
  let last: string | undefined;
  return (text) => {
    if (text !== undefined && text !== last) tell(text);
    last = text;
  };
}

/** Renews a held Lease every third of its duration, whatever else the driver is waiting for. */
function keepRenewing(lease: Lease, clock: Clock): { stop: () => void } {
  let stopped = false;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      await clock.sleep(lease.renewEveryMs);
      if (!stopped && lease.isHeld()) await lease.acquire().catch(() => undefined); // lapses if it goes on failing
    }
  };
  void loop();
  return { stop: () => void (stopped = true) };
}
