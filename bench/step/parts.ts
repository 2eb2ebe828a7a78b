import { assessmentReason, step, type Assessment, type MetricValues, type Plan } from "../../engine";
import { assessSequential } from "../../engine/sequential/assess";
import { sequentialReason } from "../../engine/sequential/reason";
import type { SequentialState } from "../../engine/sequential/state";
import { look } from "../../engine/sequential/update";
import { weigh } from "../../engine/sequential/weigh";
import type { Look } from "./looks";
import { timeCalls, type Timing } from "./timing";

/** A part of a step, timed by itself. */
export interface Part {
  readonly name: string;
  readonly timing: Timing;
}

interface Prepared extends Look {
  readonly metrics: readonly MetricValues[];
  readonly before: SequentialState;
  readonly after: SequentialState;
  readonly assessment: Assessment;
}

function prepare(plan: Plan, one: Look): readonly Prepared[] {
  const { assessment, sequential: after } = step(plan, one.state, one.input).state;
  const { observation } = one.input;
  const before = one.state.sequential;
  if (observation?.kind !== "values" || before === undefined || after === undefined || assessment === undefined)
    return [];
  return [{ ...one, metrics: observation.metrics, before, after, assessment }];
}

/** The whole step, and its parts as far as they can be called by themselves. */
export function timeParts(plan: Plan, looks: readonly Look[], calls: number, warmUp: number): readonly Part[] {
  const prepared = looks.flatMap((one) => prepare(plan, one));
  const time = (name: string, call: (one: Prepared) => unknown): Part => ({
    name,
    timing: timeCalls(call, prepared, calls, warmUp),
  });
  return [
    time("whole step", ({ state, input }) => step(plan, state, input)),
    time("  assessment (all of the following but the last)", ({ metrics, before }) =>
      assessSequential(plan.analysis, plan.criteria, metrics, before, true),
    ),
    time("    new evidence from the counts", ({ metrics, before }) =>
      plan.criteria.map((criterion, i) => look(criterion, before.criteria[i], metrics[i]?.counts, true)),
    ),
    time("    weighing it, once", ({ after }) =>
      after.criteria.map((evidence) => (evidence === undefined ? undefined : weigh(evidence))),
    ),
    time("    a sentence for each criterion", ({ assessment }) =>
      assessment.criteria.map((c) => (c.evidence === undefined ? "" : sequentialReason(c, c.evidence))),
    ),
    time("  the sentence for the whole", ({ assessment }) => assessmentReason(assessment)),
  ];
}
