import { parseDurationOrZero } from "../../engine";
import type { DestinationRule } from "./rules";

/**
 * How long before a route names a subset the subset has to be there, in ms, where nothing else is said. istiod sends both to
 * the proxies without telling which of them have it; one that gets the route first answers the Service's requests with 503
 * until the subset arrives. Istio's guide to operations asks for "a few seconds"; istiod waits 0.1 s for further changes
 * before it sends one, and longer where changes keep coming or the mesh is large.
 */
export const PROPAGATION_MS = 1_000;

/** The longest that may be asked for: a release that has not begun is held back for so long. */
const LONGEST_PROPAGATION_MS = 5 * 60_000;

/** What the setting must look like, for error messages. */
export const PROPAGATION_FORMAT = 'a duration from 0s to 5m with its unit, such as "1s"';

/** The setting in ms; 0 switches the waiting off. Undefined when it is not one that is allowed. */
export function parsePropagation(text: string): number | undefined {
  const ms = parseDurationOrZero(text);
  return ms === undefined || ms > LONGEST_PROPAGATION_MS ? undefined : ms;
}

/** On the DestinationRule: when its newest subset was added. */
export const SUBSETS_SINCE = "serin.dev/subsets-since";

/** Time left, in ms, until every proxy can be taken to know all subsets of a rule, which takes `propagationMs`. */
export function propagationLeft(rule: DestinationRule | undefined, now: number, propagationMs: number): number {
  const since = Date.parse(rule?.metadata.annotations?.[SUBSETS_SINCE] ?? "");
  if (Number.isNaN(since)) return 0; // made by an earlier version, or by Iter8
  // Whoever wrote it may have another clock; it is never waited for longer than for a subset that is new now.
  return Math.min(propagationMs, Math.max(0, since + propagationMs - now));
}
