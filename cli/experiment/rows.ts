import { DEFAULTS } from "../../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import type { Verdict } from "../../engine";
import type { Colours } from "../terminal";
import { ageOf } from "./table";

export interface Columns {
  /** With the namespace. */
  readonly all: boolean;
  /** With the message. */
  readonly wide: boolean;
}

export function headOf({ all, wide }: Columns): readonly string[] {
  const head = ["NAME", "PHASE", "ITERATION", "BASELINE", "CANDIDATE", "WEIGHT", "VERDICT", "AGE"];
  return [...(all ? ["NAMESPACE"] : []), ...head, ...(wide ? ["MESSAGE"] : [])];
}

/** One experiment in a line. What is not known yet is "-". */
export function rowOf(
  { metadata, spec, status }: ExperimentResource,
  { all, wide }: Columns,
  now: number,
  c: Colours,
): readonly string[] {
  const verdict = status?.serin?.verdict;
  return [
    ...(all ? [metadata.namespace] : []),
    metadata.name,
    status?.phase ?? "-",
    `${status?.currentIteration ?? 0}/${spec.trafficControl?.maxIterations ?? DEFAULTS.maxIterations}`,
    spec.targetService.baseline,
    spec.targetService.candidate,
    status?.trafficSplitPercentage === undefined ? "-" : `${status.trafficSplitPercentage.candidate}%`,
    verdict === undefined ? "-" : coloured(verdict, c),
    ageOf(metadata.creationTimestamp, now),
    ...(wide ? [status?.message ?? "-"] : []),
  ];
}

export function coloured(verdict: Verdict, c: Colours): string {
  return { promoted: c.green, rolledBack: c.red, inconclusive: c.yellow, aborted: c.yellow }[verdict](verdict);
}
