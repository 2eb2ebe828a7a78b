import type { KubernetesClient } from "../../../adapters/kubernetes/client";
import type { IterationStatus } from "../../../adapters/kubernetes/experiment/resource";
import { EVENTS, type KubernetesObject } from "../../../adapters/kubernetes/paths";
import { forEach } from "../load/parallel";
import { experimentKey, NAMESPACES } from "../load/releases";

/** Events by their reason, and how often each was told. */
export type Told = Readonly<Record<string, number>>;

/** The parts of an Event that matter here. */
export interface Event extends KubernetesObject {
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number };
  readonly involvedObject: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}

/** The Events of all Experiments. */
export async function readEvents(client: KubernetesClient): Promise<ReadonlyMap<string, Told>> {
  const told = new Map<string, Record<string, number>>();
  await forEach(NAMESPACES, 1, async (namespace) => {
    for (const event of await client.list<Event>(EVENTS, namespace)) {
      const { kind, name = "" } = event.involvedObject;
      if (kind !== "Experiment") continue;
      const key = experimentKey({ namespace, experiment: name });
      const reasons = told.get(key) ?? {};
      for (const reason of reasonsIn(event)) reasons[reason] = (reasons[reason] ?? 0) + 1;
      told.set(key, reasons);
    }
  });
  return told;
}

/**
 * The reasons of the occurrences that an Event tells of. Where Serin tells several together, each has a line with its time
 * and its reason.
 */
export function reasonsIn({ reason = "", message = "", series, count = 1 }: Event): readonly string[] {
  const together = message.split("\n").map((line) => /^\d\d:\d\d:\d\d (\w+)/.exec(line)?.[1]);
  if (together.every((one) => one !== undefined)) return together;
  return Array.from({ length: series?.count ?? count }, () => reason);
}

/** What a release must have told: that it found its targets, how each iteration ended and the next began, and its end. */
function expected(
  history: readonly IterationStatus[],
): readonly (readonly [reasons: readonly string[], times: number])[] {
  const iterations = history.length;
  return [
    [["TargetsFound"], 1],
    [["IterationUpdate"], iterations],
    [["IterationSucceeded", "IterationFailed"], iterations - 1],
    [["ExperimentSucceeded", "ExperimentFailed"], 1],
  ];
}

/** Occurrences of a finished release that were not told, and those that were told more than once. */
export function compareEvents(
  history: readonly IterationStatus[],
  told: Told = {},
): { readonly lost: number; readonly doubled: number } {
  let [lost, doubled] = [0, 0];
  for (const [reasons, times] of expected(history)) {
    const seen = reasons.reduce((sum, reason) => sum + (told[reason] ?? 0), 0);
    lost += Math.max(0, times - seen);
    doubled += Math.max(0, seen - times);
  }
  return { lost, doubled };
}
