import type { Plan, Verdict } from "../../engine";
import type { TrafficScenario } from "../traffic/scenario";
import { METRICS, type MetricTable } from "./metrics";
import { runRelease, type Run } from "./run";
import { traceLook, type LookTrace } from "./trace";

/** How a simulated release ended. */
export interface ReleaseResult {
  readonly verdict: Verdict;
  /** In the engine's words. */
  readonly reason: string;
  /** From the release's beginning to the verdict. */
  readonly seconds: number;
  /** Requests of the candidate until the verdict. */
  readonly candidateRequests: number;
  /** Those of them that failed. */
  readonly candidateErrors: number;
  /** Expected failures of those requests beyond what the baseline's true error rate would have given. */
  readonly excessFailures: number;
  /** Seconds until it was promoted; undefined if it was not. */
  readonly promotedAt: number | undefined;
}

/** A release with all that was seen on the way. */
export interface ReleaseTrace extends ReleaseResult {
  readonly plan: Plan;
  /** In order; those without usable metrics are left out. */
  readonly looks: readonly LookTrace[];
}

/**
 * One release from its beginning to its verdict, in virtual time. The same arguments always give the same result.
 *
 * @param seed any number
 * @param metrics what the criteria's metrics are made of; the built-in ones by default
 * @throws Error if a criterion's metric is not in `metrics`
 */
export function simulateRelease(
  plan: Plan,
  scenario: TrafficScenario,
  seed: number,
  metrics: MetricTable = METRICS,
): ReleaseResult {
  return resultOf(runRelease(plan, scenario, seed, metrics));
}

/** The same release as {@link simulateRelease}, with what was seen at every look. Slower. */
export function traceRelease(
  plan: Plan,
  scenario: TrafficScenario,
  seed: number,
  metrics: MetricTable = METRICS,
): ReleaseTrace {
  const looks: LookTrace[] = [];
  const trace = traceLook(plan, metrics);
  const run = runRelease(plan, scenario, seed, metrics, (look) => void looks.push(trace(look)));
  return { ...resultOf(run), plan, looks };
}

function resultOf({ state, endedAt, stream }: Run): ReleaseResult {
  const { verdict, reason } = state;
  if (verdict === undefined) throw new Error(`a release that is over has a verdict; its stage is ${state.stage}`);
  const seconds = endedAt / 1000;
  return { verdict, reason, seconds, ...stream.harm, promotedAt: verdict === "promoted" ? seconds : undefined };
}
