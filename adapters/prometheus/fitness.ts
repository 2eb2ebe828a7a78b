import type { Direction, ToleranceType } from "../../engine";
import type { MetricDefinition } from "./metricDefinition";

/** The part of a success criterion that decides whether it can be judged by counts. */
export interface CountedCriterion {
  readonly metric: string;
  readonly toleranceType: ToleranceType;
  readonly tolerance: number;
  readonly direction: Direction;
  readonly floor?: number;
}

/**
 * Why criteria cannot be judged by an analysis that counts; nothing when all can. One sentence a fault.
 *
 * A metric that only grows with traffic (`isCounter`) is held against its threshold as it stands, in every analysis.
 *
 * @param definitions those of the criteria's metrics, at least
 */
export function unfitForCounting(
  criteria: readonly CountedCriterion[],
  definitions: readonly MetricDefinition[],
): string[] {
  const faults = criteria.flatMap((criterion) => {
    const definition = definitions.find(({ name }) => name === criterion.metric);
    return definition === undefined || definition.isCounter ? [] : faultsOf(criterion, definition);
  });
  return [...new Set(faults)];
}

function faultsOf(
  { metric, toleranceType, tolerance, direction, floor }: CountedCriterion,
  { counts }: MetricDefinition,
): string[] {
  const fault = (text: string) => `metric '${metric}' ${text}`;
  if (counts === undefined) {
    const members = "kind, with total_query_template and part_query_template, or buckets_query_template and quantile";
    return [fault(`has values only: give its counters (${members}) or use analysis mode point`)];
  }
  const { kind } = counts;
  const faults: string[] = [];
  if (kind === "percentile" && direction === "higher") {
    faults.push(fault("is a percentile, of which only lower values can be counted as good: direction must be lower"));
  }
  if (toleranceType === "delta" && direction === "higher" && !(tolerance < 1)) {
    faults.push(fault(`has direction higher: its delta must be less than 1, not ${tolerance}`));
  }
  if (toleranceType === "threshold" && kind === "ratio" && !isShare(tolerance)) {
    faults.push(fault(`is a ratio: its threshold must be greater than 0 and less than 1, not ${tolerance}`));
  }
  if (toleranceType === "threshold" && kind === "percentile" && !(tolerance > 0)) {
    faults.push(fault(`is a percentile: its threshold must be greater than 0, not ${tolerance}`));
  }
  if (floor !== undefined && kind !== "ratio") faults.push(fault(`is a ${kind}: only a ratio can have a floor`));
  if (floor !== undefined && kind === "ratio" && !isShare(floor)) {
    faults.push(fault(`is a ratio: its floor must be greater than 0 and less than 1, not ${floor}`));
  }
  return faults;
}

function isShare(value: number): boolean {
  return value > 0 && value < 1;
}
