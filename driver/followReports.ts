import { isDeepStrictEqual } from "node:util";
import { planOf, stateOf } from "../adapters/kubernetes/experiment/read";
import type { ExperimentResource, IterationStatus } from "../adapters/kubernetes/experiment/resource";
import { initialState, type Assessment, type Occurrence, type Plan, type ReleaseState } from "../engine";
import { firstShare } from "../engine/strategies/weight";
import { occurrencesBetween } from "./followOccurrences";
import { progressLines } from "./progress";
import type { TickReport } from "./tickResult";

/** A report, and when what it tells of happened, in ms since 1970. */
export interface DatedReport {
  readonly report: TickReport;
  readonly at: number;
}

/** What has been told of a release so far. */
export interface Told {
  readonly experiment: ExperimentResource;
  readonly state: ReleaseState;
  /** The last iteration whose assessment has been told; 0 before the first. */
  readonly iteration: number;
}

export interface News {
  readonly told: Told;
  readonly reports: readonly DatedReport[];
  /** Iterations that are over and that the record does not hold any more. */
  readonly lost?: { readonly from: number; readonly to: number };
}

/**
 * What a driver would have reported between two looks at the record that it writes. Iterations that passed meanwhile are
 * told from the record's history; the evidence is known of the last one only, of the others the reason.
 *
 * @param told undefined at the first look: then the release is told from its beginning
 * @throws Error when the experiment asks for what cannot be understood
 */
export function newsOf(told: Told | undefined, experiment: ExperimentResource, now: number): News {
  const plan = planOf(experiment);
  const before = told?.state ?? initialState(timeOf(experiment.metadata.creationTimestamp, now));
  const after = experiment.status?.serin === undefined ? before : stateOf(experiment, plan, now);
  const history = experiment.status?.serin?.history ?? [];
  const fresh = history.filter(({ iteration }) => iteration > (told?.iteration ?? 0));
  const story = new Story(plan, before);

  const { startedAt } = after;
  if (before.stage === "waiting" && startedAt !== undefined) story.go(begun(plan, before, after, history), startedAt);
  fresh.forEach((entry, i) => {
    const started = { ...story.state, iteration: entry.iteration, weight: entry.weight };
    const isNewest = i === fresh.length - 1;
    story.take(started);
    story.go(assessed(started, entry, isNewest ? after : undefined), timeOf(entry.assessedAt, now));
  });
  // The engine makes a new assessment each time it assesses; what was only read anew is not one.
  const present = { ...after, assessment: story.state.assessment };
  const isEnding = after.stage === "ended" && before.stage !== "ended";
  story.go(present, isEnding ? (after.endedAt ?? now) : now, occurrencesBetween(told?.experiment, experiment));

  const first = fresh[0]?.iteration;
  const next = (told?.iteration ?? 0) + 1;
  return {
    told: { experiment, state: story.state, iteration: fresh.at(-1)?.iteration ?? told?.iteration ?? 0 },
    reports: story.reports,
    ...(first !== undefined && first > next ? { lost: { from: next, to: first - 1 } } : {}),
  };
}

/** A state, and the reports of how it came to be. */
class Story {
  readonly reports: DatedReport[] = [];

  constructor(
    private readonly plan: Plan,
    public state: ReleaseState,
  ) {}

  /** Corrects the state, which is nothing to report. */
  take(state: ReleaseState): void {
    this.state = state;
  }

  go(after: ReleaseState, at: number, occurrences: readonly Occurrence[] = []): void {
    const before = this.state;
    if (occurrences.length === 0 && isDeepStrictEqual(before, after)) return;
    this.reports.push({ report: { plan: this.plan, before, after, occurrences }, at });
    this.state = after;
  }
}

/** The state in which the first iteration began. */
function begun(plan: Plan, before: ReleaseState, now: ReleaseState, history: readonly IterationStatus[]): ReleaseState {
  const isFirst = now.iteration === 1 && now.stage === "iterating";
  const known = history.find(({ iteration }) => iteration === 1)?.weight ?? (isFirst ? now.weight : undefined);
  return {
    ...before,
    stage: "iterating",
    iteration: 1,
    weight: known ?? firstShare(plan, now.sequential).weight,
    startedAt: now.startedAt,
    iterationStartedAt: now.startedAt,
    ...(now.forecast === undefined ? {} : { forecast: now.forecast }),
  };
}

/**
 * The state after an iteration of the history.
 *
 * @param present the state that the record holds, when the iteration is the last one that was assessed
 */
function assessed(before: ReleaseState, entry: IterationStatus, present: ReleaseState | undefined): ReleaseState {
  const after: ReleaseState = {
    ...before,
    weight: entry.nextWeight,
    iteration: entry.iteration + 1,
    assessment: present?.assessment ?? withoutEvidence(entry),
    reason: entry.reason,
  };
  // Whatever concludes a release keeps its iteration: so this assessment did.
  if (present?.verdict === undefined || present.iteration !== entry.iteration) return after;
  return { ...after, iteration: entry.iteration, stage: "ending", verdict: present.verdict, paused: false };
}

function withoutEvidence({ met }: IterationStatus): Assessment {
  return { criteria: [], allMet: met, abort: false, changed: true, suspicious: !met, failed: false };
}

/** The lines of {@link progressLines}; of an iteration that is known from the history alone, with its reason. */
export function followLines(report: TickReport, at: number): string[] {
  const { before, after } = report;
  const lines = progressLines(report, at);
  const isBare = after.assessment !== before.assessment && after.assessment?.criteria.length === 0;
  return lines.map((line, i) => (isBare && i === 0 ? `${line}: ${after.reason}` : line));
}

function timeOf(text: string | undefined, fallback: number): number {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? fallback : time;
}
