import { formatDuration, formatNumber, formatValue, split, type CriterionAssessment } from "../engine";
import { forecastLines } from "./forecastText";
import type { TickReport } from "./tickResult";

/**
 * What a person who follows a release should read about one tick; empty when nothing happened.
 *
 * @example "14:03:10  2/8  80/20  iter8_latency 61 ms <= 200 ms (1,204)  -> 60/40"
 */
export function progressLines({ plan, before, after, occurrences }: TickReport, now: number): string[] {
  if (before === after && occurrences.length === 0) return [];
  const at = new Date(now).toISOString().slice(11, 19);
  const lines: string[] = [];
  const assessed = after.assessment !== undefined && after.assessment !== before.assessment;
  if (assessed) {
    const evidence = after.assessment?.criteria.map(criterionText).join("  ") ?? "";
    const decision =
      after.verdict ??
      decisionText(
        before.weight,
        after.weight,
        (after.assessment?.allMet ?? false) && after.weight >= plan.traffic.maxWeight,
      );
    lines.push(
      `${at}  ${before.iteration}/${plan.traffic.maxIterations}  ${splitText(before.weight)}  ${evidence}  -> ${decision}`,
    );
  } else if (before.stage === "waiting" && after.stage === "iterating") {
    const length = formatDuration(plan.traffic.intervalMs);
    lines.push(
      `${at}  both versions are Ready: ${plan.traffic.maxIterations} iterations of ${length}  -> ${splitText(after.weight)}`,
    );
    if (after.forecast !== undefined) lines.push(...forecastLines(plan, after.forecast));
  }
  for (const { reason, message } of occurrences) {
    if (SILENT.has(reason)) continue;
    lines.push(`${at}  ${reason}${message === "" ? "" : `: ${message}`}`);
  }
  if (after.stage === "ended") lines.push(`${at}  ${after.verdict}, ${splitText(after.weight)}: ${after.reason}`);
  return lines;
}

/** Reasons that the iteration's own line already tells. */
const SILENT: ReadonlySet<string> = new Set([
  "IterationUpdate",
  "IterationSucceeded",
  "IterationFailed",
  "TargetsFound",
  "ExperimentSucceeded",
  "ExperimentFailed",
]);

function criterionText(c: CriterionAssessment): string {
  const [within, beyond] = c.criterion.direction === "lower" ? ["<=", ">"] : [">=", "<"];
  const relation = c.met ? within : isBeyond(c) ? beyond : "?";
  const observed = formatValue(c.candidate.value, c.unit);
  return `${c.criterion.metric} ${observed} ${relation} ${formatValue(c.limit, c.unit)} (${formatNumber(c.candidate.sampleSize)})`;
}

/** Shown to be beyond the tolerance, as far as the analysis can tell. */
function isBeyond(c: CriterionAssessment): boolean {
  return c.evidence === undefined ? c.enoughSamples && c.candidate.value !== null : c.abort;
}

function decisionText(before: number, after: number, isMax: boolean): string {
  if (before !== after) return splitText(after);
  return isMax ? `${splitText(after)} (the maximum)` : `held at ${splitText(after)}`;
}

/** "80/20": the baseline's share, then the candidate's. */
function splitText(weight: number): string {
  const { baseline, candidate } = split(weight);
  return `${baseline}/${candidate}`;
}
