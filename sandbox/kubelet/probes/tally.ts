import type { V1Probe } from "@kubernetes/client-node";

export type ProbeKind = "startup" | "liveness" | "readiness";

/** Results of the same kind in a row. */
export interface Tally {
  readonly isSuccess: boolean;
  readonly count: number;
}

/** The default numbers of the API, which its server fills in as well. */
export function thresholdsOf({ successThreshold = 1, failureThreshold = 3 }: V1Probe): {
  readonly success: number;
  readonly failure: number;
} {
  return { success: successThreshold, failure: failureThreshold };
}

/** The tally with one more result. */
export function counted(tally: Tally | undefined, isSuccess: boolean): Tally {
  return { isSuccess, count: tally?.isSuccess === isSuccess ? tally.count + 1 : 1 };
}

/** What the results say; undefined while there are too few of the same kind in a row to say anything new. */
export function verdictOf(tally: Tally, probe: V1Probe): "success" | "failure" | undefined {
  const { success, failure } = thresholdsOf(probe);
  if (tally.isSuccess) return tally.count >= success ? "success" : undefined;
  return tally.count >= failure ? "failure" : undefined;
}
