import { assessmentReason } from "./analysis/reason";
import type { Assessment } from "./analysis/assessment";
import type { Occurrence } from "./occurrence";
import type { Plan } from "./plan";
import type { ReleaseState, Verdict } from "./state";

/** A step of the release: its new state, and what is to be told. */
export interface Transition {
  readonly state: ReleaseState;
  readonly occurrences: readonly Occurrence[];
}

/** Records a verdict and the split it asks for. What is left (route, drain, clean-up) is the driver's. */
export function conclude(
  plan: Plan,
  state: ReleaseState,
  now: number,
  verdict: Verdict,
  reason: string,
  { weight = finalWeight(plan, state, verdict), text = reason }: { weight?: number; text?: string } = {},
): Transition {
  const succeeded = verdict === "promoted";
  return {
    state: {
      ...state,
      stage: "ending",
      verdict,
      weight,
      paused: false,
      decidedAt: now,
      reason,
    },
    occurrences: [{ reason: succeeded ? "ExperimentSucceeded" : "ExperimentFailed", message: text }],
  };
}

/** The verdict at the end of the plan, or as soon as a criterion demands the candidate's removal. */
export function concludeAfterPlan(plan: Plan, state: ReleaseState, now: number, assessment: Assessment): Transition {
  const why = assessmentReason(assessment);
  if (assessment.abort) return conclude(plan, state, now, "rolledBack", why, { text: `Aborted: ${why}` });
  if (assessment.allMet) return conclude(plan, state, now, "promoted", why, { text: "All Success Criteria Were Met" });
  const verdict = assessment.failed ? "rolledBack" : "inconclusive";
  return conclude(plan, state, now, verdict, why, {
    text: `Not All Success Criteria Were Met: ${why}`,
  });
}

function finalWeight(plan: Plan, state: ReleaseState, verdict: Verdict): number {
  if (verdict !== "promoted") return 0;
  switch (plan.traffic.onSuccess) {
    case "candidate":
      return 100;
    case "baseline":
      return 0;
    case "both":
      return state.weight;
  }
}

/** Marks the release as done, once the route, the drain and the clean-up are. */
export function finish(state: ReleaseState, now: number): ReleaseState {
  return { ...state, stage: "ended", endedAt: now };
}

/** The version that ends with all traffic; undefined while undecided and when both keep a share. */
export function winner(plan: Plan, state: ReleaseState): string | undefined {
  if (state.verdict === undefined) return undefined;
  if (state.weight === 100) return plan.candidate;
  return state.weight === 0 ? plan.baseline : undefined;
}
