import type { V1Probe } from "@kubernetes/client-node";

export type ProbeKind = "startup" | "liveness" | "readiness";

/** Results of the same kind in a row. */
export interface Tally {
  readonly isSuccess: boolean;
  readonly count: number;
}

/** The tally with one more result. */
export function counted(tally: Tally | undefined, isSuccess: boolean): Tally {
  return { isSuccess, count: tally?.isSuccess === isSuccess ? tally.count + 1 : 1 };
}

/** What the results say; undefined while there are too few of the same kind in a row to say anything new. */
export function verdictOf(
  { isSuccess, count }: Tally,
  { successThreshold = 1, failureThreshold = 3 }: V1Probe,
): "success" | "failure" | undefined {
  if (isSuccess) return count >= successThreshold ? "success" : undefined;
  return count >= failureThreshold ? "failure" : undefined;
}
