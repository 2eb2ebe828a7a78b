import type { Assessment } from "./analysis/assessment";
import { assessPoint } from "./analysis/point";
import { assessmentReason } from "./analysis/reason";
import { formatNumber } from "./number";
import { conclude, concludeAfterPlan, type Transition } from "./ending";
import { assessJudgement, judgedShare } from "./judged";
import type { Judgement, MetricValues, Observation } from "./observation";
import { split, type Plan } from "./plan";
import type { RandomSource } from "./random";
import { assessSequential, startSequential } from "./sequential/assess";
import { isHeld, lookAtSplit } from "./split/look";
import { endHold, holdForMetrics, holdForSplit, metricsAreBack } from "./stall";
import type { ReleaseState } from "./state";
import { isBudgetSpent } from "./strategies/guarded";
import { isChecked, nextShare, type NextShare } from "./strategies/weight";

/** What an iteration ends with. */
export interface IterationInput {
  readonly now: number;
  readonly observation?: Observation;
  readonly random?: RandomSource;
}

/** Ends the present iteration: assess, then begin the next one, hold, or conclude. */
export function endIteration(plan: Plan, state: ReleaseState, input: IterationInput): Transition {
  const { now, observation, random } = input;
  if (!isChecked(plan.traffic)) return endUnchecked(plan, state, now);
  if (observation === undefined) return { state, occurrences: [] };
  if (observation.kind === "unavailable") return holdForMetrics(plan, state, now, observation.detail);

  const look = observation.kind === "judged" ? undefined : lookAtSplit(state, observation.metrics);
  const { assessment, ...memory } =
    observation.kind === "judged" ? adopt(plan, observation) : assess(plan, state, now, observation.metrics);
  const seen: ReleaseState = {
    ...state,
    stalledSince: undefined,
    assessment,
    evidence: assessment.criteria.map(({ baseline, candidate }) => ({ baseline, candidate })),
    split: look?.split,
    ...memory,
  };
  if (look !== undefined && (look.holds || isHeld(state))) {
    // Only harm counts at whatever split; the rest is counted with the window that follows. To look at a window's evidence
    // before it is over, and not to keep it, is valid: the mixture is a martingale within the window, too.
    const held = () => (look.holds ? holdForSplit(plan, state, now, look) : endHold(state, now, look));
    const harmed = conclusionOfHarm(plan, seen, now, assessment);
    return harmed === undefined ? held() : told(state, harmed);
  }
  const share = () =>
    observation.kind === "judged"
      ? judgedShare(plan.traffic, seen.weight, observation)
      : nextShare(plan, seen, assessment, observation.metrics, random);
  return told(state, conclusion(plan, seen, now, assessment) ?? advance(plan, seen, now, assessment, share()));
}

/** With what is to be told of the metrics before it. */
function told(before: ReleaseState, { state, occurrences }: Transition): Transition {
  return { state, occurrences: [...metricsAreBack(before), ...occurrences] };
}

const UNCHECKED: Assessment = {
  criteria: [],
  allMet: true,
  abort: false,
  changed: true,
  suspicious: false,
  failed: false,
};

function endUnchecked(plan: Plan, state: ReleaseState, now: number): Transition {
  if (state.iteration >= plan.traffic.maxIterations) {
    return conclude(plan, state, now, "promoted", "The last iteration is over; nothing was to be checked.", {
      text: "Last Iteration Was Completed",
    });
  }
  const next = nextShare(plan, state, UNCHECKED, [], undefined);
  return advance(plan, state, now, UNCHECKED, next);
}

/** What was assessed, and the part of the state that remembers it. */
interface Assessed extends Pick<ReleaseState, "sequential" | "lastState"> {
  readonly assessment: Assessment;
}

/** Another's judgement in place of the engine's own. A service that keeps nothing is not to be sent what is older. */
function adopt({ analysis, criteria }: Plan, judgement: Judgement): Assessed {
  if (analysis.mode !== "point") throw new Error(`a judgement cannot be used with the analysis ${analysis.mode}`);
  return { assessment: assessJudgement(criteria, judgement), lastState: judgement.lastState };
}

function assess(
  { analysis, criteria }: Plan,
  state: ReleaseState,
  now: number,
  metrics: readonly MetricValues[],
): Assessed {
  if (analysis.mode === "point") return { assessment: assessPoint(criteria, metrics, state.evidence) };
  const counting = now - (state.startedAt ?? now) > analysis.warmupMs;
  const before = state.sequential ?? startSequential(criteria, []);
  const { assessment, state: sequential } = assessSequential(analysis, criteria, metrics, before, counting);
  return { assessment, sequential };
}

/** The end of the release, if what was seen brings it. */
function conclusion(plan: Plan, state: ReleaseState, now: number, assessment: Assessment): Transition | undefined {
  const { traffic, analysis } = plan;
  const isLast = state.iteration >= traffic.maxIterations;
  if (assessment.abort || isLast) return concludeAfterPlan(plan, state, now, assessment);
  if (analysis.mode === "point") return undefined;
  // Before the plan's end it is promoted only if it has carried the largest share: what breaks under load does not show
  // before. At the end the evidence alone counts, as a budget may have kept the weight down.
  if (assessment.allMet && state.weight >= traffic.maxWeight) return concludeAfterPlan(plan, state, now, assessment);
  return conclusionOfHarm(plan, state, now, assessment);
}

/** The end of the release, if the candidate does harm: at whatever split. */
function conclusionOfHarm(
  plan: Plan,
  state: ReleaseState,
  now: number,
  assessment: Assessment,
): Transition | undefined {
  const { traffic, criteria } = plan;
  if (assessment.abort) return concludeAfterPlan(plan, state, now, assessment);
  if (state.sequential === undefined || !isBudgetSpent(traffic, criteria, state.sequential)) return undefined;
  const budget = `The budget of ${formatNumber(traffic.budget?.failedRequests ?? 0)} failed requests is spent.`;
  return conclude(plan, state, now, "inconclusive", `${budget} ${assessmentReason(assessment)}`);
}

function advance(plan: Plan, state: ReleaseState, now: number, assessment: Assessment, next: NextShare): Transition {
  const { weight, effectiveIterations } = next;
  const iteration = state.iteration + 1;
  const weights = split(weight);
  const grew = assessment.allMet || weight !== state.weight;
  const reason = reasonOf(plan, assessment, next);
  return {
    state: {
      ...state,
      weight,
      iteration,
      iterationStartedAt: now,
      ...(effectiveIterations === undefined ? {} : { effectiveIterations }),
      reason: grew ? reason : `Held at ${weight} %: ${reason}`,
    },
    occurrences: [
      grew
        ? {
            reason: "IterationSucceeded",
            message: `New Traffic, baseline: ${weights.baseline}, candidate: ${weights.candidate}`,
          }
        : { reason: "IterationFailed", message: reason },
      { reason: "IterationUpdate", message: `Iteration ${iteration} Started` },
    ],
  };
}

function reasonOf({ traffic }: Plan, assessment: Assessment, { weight, confidence, note }: NextShare): string {
  if (assessment === UNCHECKED) return `The candidate gets ${weight} % of the traffic; nothing is checked.`;
  const seen = assessmentReason(assessment);
  if (note !== undefined) return `${seen} ${note}`;
  if (confidence === undefined) return seen;
  const reached = confidence >= traffic.confidence ? "was" : "was not";
  const required = `the required ${formatNumber(traffic.confidence)} ${reached} reached`;
  return `${seen} Confidence that the candidate is the better version: ${formatNumber(confidence)}; ${required}.`;
}
