import type { Condition, ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Occurrence, Reason } from "../engine";
import { foreignEdit } from "./foreignEdit";

const REASONS: Readonly<Record<Reason, true>> = {
  TargetsFound: true,
  TargetsNotFound: true,
  UnsupportedAPIVersion: true,
  AnalyticsServiceRunning: true,
  AnalyticsServiceError: true,
  IterationUpdate: true,
  IterationSucceeded: true,
  IterationFailed: true,
  ExperimentSucceeded: true,
  ExperimentFailed: true,
  SyncMetricsSucceeded: true,
  SyncMetricsError: true,
  RoutingRulesReady: true,
  RoutingRulesError: true,
  Pause: true,
  Resume: true,
};

/**
 * What has happened between two looks at a record, as far as it can be told from its conditions and its message.
 *
 * @param earlier undefined at the first look: then only what is still wrong, or still holds the release, is news
 */
export function occurrencesBetween(
  earlier: ExperimentResource | undefined,
  later: ExperimentResource,
): readonly Occurrence[] {
  const told = messageNews(earlier, later);
  const found = conditionNews(earlier, later).filter((occurrence) => !told.some((other) => isSame(occurrence, other)));
  const all = [...found, ...told].flatMap((occurrence) =>
    occurrence.reason === "RoutingRulesReady" ? putRight(occurrence, earlier, later) : [occurrence],
  );
  return [...all, ...pauseNews(earlier, later, all)];
}

function conditionNews(earlier: ExperimentResource | undefined, later: ExperimentResource): readonly Occurrence[] {
  const before = earlier?.status?.conditions ?? [];
  return (later.status?.conditions ?? [])
    .filter((condition) => (earlier === undefined ? condition.status === "False" : isNews(before, condition)))
    .sort((a, b) => timeOf(a) - timeOf(b))
    .flatMap(({ reason, message = "" }) => occurrence(reason, message));
}

function isNews(before: readonly Condition[], { type, ...now }: Condition): boolean {
  const old = before.find((condition) => condition.type === type);
  const parts = ["status", "reason", "message", "lastTransitionTime"] as const;
  return parts.some((part) => old?.[part] !== now[part]);
}

function timeOf({ lastTransitionTime = "" }: Condition): number {
  return Date.parse(lastTransitionTime) || 0;
}

/** The record's message is "Reason: text", or just the reason, of what happened last. */
function messageNews(earlier: ExperimentResource | undefined, later: ExperimentResource): readonly Occurrence[] {
  const text = later.status?.message ?? "";
  if (earlier === undefined || text === earlier.status?.message) return [];
  const [reason = "", ...rest] = text.split(": ");
  return occurrence(reason, rest.join(": "));
}

/** A record that somebody else has written may have other reasons. */
function occurrence(reason: string | undefined, message: string): Occurrence[] {
  return reason !== undefined && Object.hasOwn(REASONS, reason) ? [{ reason: reason as Reason, message }] : [];
}

/** A foreign edit is recorded after it was put right, so of its two occurrences only the second one stands there. */
function putRight(
  ready: Occurrence,
  earlier: ExperimentResource | undefined,
  later: ExperimentResource,
): readonly Occurrence[] {
  const wasWrong = earlier?.status?.conditions?.some((c) => c.type === "RoutingRulesReady" && c.status === "False");
  return wasWrong ? [ready] : foreignEdit(!isPaused(earlier) && isPaused(later));
}

/** A pause or its end of which the record speaks only by being paused, or not any more. */
function pauseNews(
  earlier: ExperimentResource | undefined,
  later: ExperimentResource,
  told: readonly Occurrence[],
): readonly Occurrence[] {
  if (isPaused(earlier) === isPaused(later)) return [];
  const known: readonly Reason[] = isPaused(later) ? ["Pause", "RoutingRulesError"] : ["Resume"];
  if (told.some(({ reason }) => known.includes(reason))) return [];
  if (isPaused(later)) return [{ reason: "Pause", message: later.status?.serin?.reason ?? "" }];
  return later.status?.serin?.verdict === undefined ? [{ reason: "Resume", message: "" }] : [];
}

function isPaused(experiment: ExperimentResource | undefined): boolean {
  return experiment?.status?.serin?.paused ?? false;
}

function isSame(a: Occurrence, b: Occurrence): boolean {
  return a.reason === b.reason && a.message === b.message;
}
