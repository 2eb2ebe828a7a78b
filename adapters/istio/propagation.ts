import type { DestinationRule } from "./rules";

/**
 * How long before a route names a subset the subset has to be there, in ms. istiod sends both to the proxies without telling
 * which of them have it; one that gets the route first answers the Service's requests with 503 until the subset arrives.
 * Istio's guide to operations asks for "a few seconds"; istiod waits 0.1 s for further changes before it sends one.
 */
export const PROPAGATION_MS = 1_000;

/** On the DestinationRule: when its newest subset was added. */
export const SUBSETS_SINCE = "serin.dev/subsets-since";

/** Time left, in ms, until every proxy can be taken to know all subsets of a rule. */
export function propagationLeft(rule: DestinationRule | undefined, now: number): number {
  const since = Date.parse(rule?.metadata.annotations?.[SUBSETS_SINCE] ?? "");
  if (Number.isNaN(since)) return 0; // made by an earlier version, or by Iter8
  // Whoever wrote it may have another clock; it is never waited for longer than for a subset that is new now.
  return Math.min(PROPAGATION_MS, Math.max(0, since + PROPAGATION_MS - now));
}
