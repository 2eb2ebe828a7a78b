import { formatDuration } from "./duration";
import { conclude, type Transition } from "./ending";
import type { Occurrence } from "./occurrence";
import type { Plan } from "./plan";
import type { SplitLook } from "./split/look";
import { ASK, sharesReason, stillReason } from "./split/reason";
import type { ReleaseState } from "./state";

/** No usable metrics: hold the weight and the iteration, for as long as the plan's patience lasts. */
export function holdForMetrics(plan: Plan, state: ReleaseState, now: number, detail: string): Transition {
  const since = state.stalledSince ?? now;
  if (isOver(plan, since, now)) {
    const patience = formatDuration(plan.maxStallMs);
    return conclude(plan, state, now, "inconclusive", `No usable metrics for ${patience}: ${detail}`);
  }
  const held = state.split?.held && { ...state.split.held, told: "metrics" as const };
  const split = held === undefined ? state.split : { ...state.split, held };
  return {
    state: { ...state, split, stalledSince: since, reason: `Held at ${state.weight} %: ${detail}` },
    occurrences: areMetricsAwaited(state) ? [] : [{ reason: "AnalyticsServiceError", message: detail }],
  };
}

/**
 * The weight is not in effect, or has not been seen to be since it was found not to be: hold it and the iteration, for as
 * long as the plan's patience lasts.
 */
export function holdForSplit(plan: Plan, state: ReleaseState, now: number, look: SplitLook): Transition {
  const since = state.stalledSince ?? now;
  const { finding, window } = look;
  const shares = finding === "notInEffect" && window !== undefined ? stillReason(state.split?.seen, window) : undefined;
  if (isOver(plan, since, now)) {
    const what = `The weight of ${state.weight} % was not in effect for ${formatDuration(plan.maxStallMs)}`;
    return conclude(plan, state, now, "inconclusive", shares === undefined ? `${what}. ${ASK}` : `${what}: ${shares}`);
  }
  const isTold = state.stalledSince !== undefined && state.split?.held?.told === "split";
  if (isTold && look.split.from === state.split?.from) return { state, occurrences: [] };
  const detail =
    shares === undefined ? `The weight has not been seen in effect. ${ASK}` : `The weight is not in effect: ${shares}`;
  return {
    state: {
      ...state,
      stalledSince: since,
      split: { ...look.split, ...(look.split.held && { held: { ...look.split.held, told: "split" } }) },
      reason: shares === undefined && isTold ? state.reason : `Held at ${state.weight} %: ${detail}`,
    },
    occurrences: [
      ...metricsAreBack(state),
      ...(isTold ? [] : [{ reason: "RoutingRulesError" as const, message: detail }]),
    ],
  };
}

/**
 * The weight is in effect after a hold, or has not been shown again not to be: its iteration begins anew, so that it is
 * judged by as much as any other.
 */
export function endHold(state: ReleaseState, now: number, { finding, split, window }: SplitLook): Transition {
  const shares = window === undefined ? "" : `: ${sharesReason(window)}`;
  const is = finding === "inEffect" ? "is" : "may be";
  return {
    state: {
      ...state,
      iterationStartedAt: now,
      stalledSince: undefined,
      split: { from: split.from, seen: split.seen },
      reason: `The weight of ${state.weight} % ${is} in effect${shares}.`,
    },
    occurrences: [...metricsAreBack(state), { reason: "RoutingRulesReady", message: "" }],
  };
}

/** What is to be told when there are usable metrics again. */
export function metricsAreBack(state: ReleaseState): readonly Occurrence[] {
  return areMetricsAwaited(state) ? [{ reason: "AnalyticsServiceRunning", message: "" }] : [];
}

/** Whether it was metrics that were told last to hold the release. */
function areMetricsAwaited({ stalledSince, split }: ReleaseState): boolean {
  return stalledSince !== undefined && split?.held?.told !== "split";
}

function isOver({ maxStallMs }: Plan, since: number, now: number): boolean {
  return now - since >= maxStallMs;
}
