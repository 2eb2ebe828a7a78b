import { planOf } from "../../adapters/kubernetes/experiment/read";
import type {
  CriterionStatus,
  ExperimentResource,
  ExperimentStatus,
  IterationStatus,
} from "../../adapters/kubernetes/experiment/resource";
import { formatDuration, formatNumber, formatValue, type Plan, type SuccessCriterion } from "../../engine";
import type { Colours } from "../terminal";
import type { ExperimentEvent } from "./events";
import { coloured } from "./rows";
import { ageOf, columns } from "./table";

const ITERATIONS_SHOWN = 10;

/**
 * Everything of an experiment that a person may want to know.
 *
 * @param events oldest first; undefined when they may not be read
 */
export function describeText(
  experiment: ExperimentResource,
  events: readonly ExperimentEvent[] | undefined,
  now: number,
  c: Colours,
): string {
  const { status } = experiment;
  const plan = planOrProblem(experiment);
  const parts = [
    columns(summary(experiment, plan, now, c)),
    section("Criteria", c, criteria(status, typeof plan === "string" ? [] : plan.criteria, c)),
    section("History", c, history(status?.serin?.history ?? [], c)),
    section("Conditions", c, conditions(status, now)),
    section("Events", c, events === undefined ? "  may not be read" : eventRows(events, now, c)),
    section("Next", c, indented(nextSteps(experiment))),
  ];
  return `${parts.join("\n")}\n`;
}

function planOrProblem(experiment: ExperimentResource): Plan | string {
  try {
    return planOf(experiment);
  } catch (error) {
    return (error as Error).message;
  }
}

function summary(
  { metadata, spec, status, action }: ExperimentResource,
  plan: Plan | string,
  now: number,
  c: Colours,
): readonly (readonly string[])[] {
  const { baseline, candidate, name } = spec.targetService;
  const split = status?.trafficSplitPercentage;
  const verdict = status?.serin?.verdict;
  const share = (percent: number | undefined) => (percent === undefined ? "" : `, ${percent} % of the traffic`);
  const iteration = `iteration ${status?.currentIteration ?? 0}`;
  return [
    ["Name:", metadata.name],
    ["Namespace:", metadata.namespace],
    ["Age:", ageOf(metadata.creationTimestamp, now)],
    ["Service:", name],
    ["Baseline:", `${baseline}${share(split?.baseline)}`],
    ["Candidate:", `${candidate}${share(split?.candidate)}`],
    ...(typeof plan === "string" ? [["Problem:", c.red(plan)]] : [["Plan:", planText(plan)]]),
    ["Phase:", status?.phase === undefined ? "-" : `${status.phase}, ${iteration}`],
    ["Verdict:", verdict === undefined ? "-" : coloured(verdict, c)],
    ["Reason:", status?.serin?.reason ?? "-"],
    ...(action ? [["Action:", `${action} (asked for by a person)`]] : []),
  ];
}

function planText({ traffic, analysis }: Plan): string {
  const { strategy, step, maxWeight, intervalMs, maxIterations, onSuccess } = traffic;
  const rates = analysis.mode === "sequential" ? ` (alpha ${analysis.alpha}, beta ${analysis.beta})` : "";
  return [
    `${strategy}, steps of ${formatNumber(step)} % up to ${formatNumber(maxWeight)} %`,
    `${maxIterations} iterations of ${formatDuration(intervalMs)}`,
    `analysis ${analysis.mode}${rates}`,
    `on success: ${onSuccess}`,
  ].join("; ");
}

function section(title: string, c: Colours, text: string): string {
  return `\n${c.bold(`${title}:`)}\n${text === "" ? "  none" : text}`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

function indentedTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : indented(columns([head, ...rows]).split("\n"));
}

function criteria(status: ExperimentStatus | undefined, planned: readonly SuccessCriterion[], c: Colours): string {
  const assessed = status?.serin?.criteria;
  const head = ["METRIC", "TOLERANCE", "BASELINE", "CANDIDATE", "LIMIT", "EVIDENCE", "MET"];
  if (assessed === undefined) {
    return indentedTable(
      head,
      planned.map((p) => [p.metric, `${p.toleranceType} ${formatNumber(p.tolerance)}`, "-", "-", "-", "-", "-"]),
    );
  }
  const table = indentedTable(
    head,
    assessed.map((criterion) => criterionRow(criterion, c)),
  );
  return [table, ...assessed.map(({ reason }) => `  ${c.dim(reason)}`)].join("\n");
}

function criterionRow(criterion: CriterionStatus, c: Colours): readonly string[] {
  const { metric, toleranceType, tolerance, unit = "", limit, evidence, met } = criterion;
  const observed = (value: number | undefined, samples: number) =>
    `${formatValue(value ?? null, unit)} (${formatNumber(samples)})`;
  return [
    metric,
    `${toleranceType} ${formatNumber(tolerance)}`,
    observed(criterion.baseline, criterion.baselineSamples),
    observed(criterion.candidate, criterion.candidateSamples),
    limit === undefined ? "-" : formatValue(limit, unit),
    evidence === undefined ? "-" : `${strength("harm", evidence)}, ${strength("safety", evidence)}`,
    met ? c.green("yes") : c.yellow("no"),
  ];
}

function strength(of: "harm" | "safety", evidence: NonNullable<CriterionStatus["evidence"]>): string {
  const needed = of === "harm" ? evidence.harmNeeded : evidence.safetyNeeded;
  return `${of} ${formatNumber(evidence[of])} of ${formatNumber(needed)}`;
}

function history(entries: readonly IterationStatus[], c: Colours): string {
  const shown = entries.slice(-ITERATIONS_SHOWN);
  const rows = shown.map(({ iteration, assessedAt, weight, nextWeight, met, reason }) => [
    String(iteration),
    assessedAt.replace(/\.\d+Z$/, "Z"),
    `${weight}%`,
    `${nextWeight}%`,
    met ? c.green("yes") : c.yellow("no"),
    reason,
  ]);
  const table = indentedTable(["ITERATION", "ASSESSED", "WEIGHT", "NEXT", "MET", "REASON"], rows);
  const hidden = entries.length - shown.length;
  return hidden > 0 ? `  ${c.dim(`${hidden} earlier ones: -o json`)}\n${table}` : table;
}

function conditions(status: ExperimentStatus | undefined, now: number): string {
  const rows = (status?.conditions ?? []).map(({ type, status: is, lastTransitionTime, reason = "", message = "" }) => [
    type,
    is,
    ageOf(lastTransitionTime, now),
    reason,
    message,
  ]);
  return indentedTable(["TYPE", "STATUS", "SINCE", "REASON", "MESSAGE"], rows);
}

function eventRows(events: readonly ExperimentEvent[], now: number, c: Colours): string {
  const rows = events.map(({ lastTimestamp, type = "", reason = "", message = "" }) => [
    ageOf(lastTimestamp, now),
    type === "Warning" ? c.yellow(type) : type,
    reason,
    message,
  ]);
  return indentedTable(["AGE", "TYPE", "REASON", "MESSAGE"], rows);
}

/** What a person may do with an experiment as it stands. */
export function nextSteps({ metadata, status }: ExperimentResource): readonly string[] {
  const command = (verb: string) => `serin experiment ${verb} ${metadata.name} -n ${metadata.namespace}`;
  if (metadata.deletionTimestamp !== undefined) {
    return ["It is being deleted. Its driver gives the traffic back first; without a driver it waits for one."];
  }
  if (status?.serin?.stage === "ended" || status?.phase === "Completed") {
    return [`It has ended. kubectl delete experiment ${metadata.name} -n ${metadata.namespace}   removes the record`];
  }
  const watch = `${command("wait")} --watch   shows the progress`;
  if (status?.serin?.stage === "ending") return [watch];
  const end = [
    `${command("promote")}   ends it in the candidate's favour`,
    `${command("rollback")}   gives all traffic back to the baseline`,
  ];
  if (status?.serin?.paused) return [`${command("resume")}   lets it go on`, ...end];
  const waiting = status?.serin === undefined ? ["No driver has taken it up yet: is the controller running?"] : [];
  return [...waiting, watch, `${command("pause")}   holds the weight`, ...end];
}
