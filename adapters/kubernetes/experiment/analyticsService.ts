import { STRATEGIES, type Strategy } from "../../../engine";
import type { ExperimentResource, ExperimentSpec } from "./resource";

const FIELD = "spec.analysis.analyticsService";

/**
 * Base URL of the analytics service that judges the release; undefined when the engine does, which is so unless the
 * experiment names a service. It is never asked when there is nothing to check.
 */
export function analyticsServiceOf({ spec }: Pick<ExperimentResource, "spec">): string | undefined {
  const { analyticsService, successCriteria = [] } = spec.analysis ?? {};
  const isChecked = successCriteria.length > 0 && spec.trafficControl?.strategy !== "increment_without_check";
  return isChecked && analyticsService !== "" ? analyticsService : undefined;
}

/**
 * Refuses what an analytics service knows nothing of.
 *
 * @throws Error naming the field that does not go with the service, and what is allowed
 */
export function refuseWhatCannotBeJudged({ analysis, serin }: ExperimentSpec, strategy: Strategy): void {
  const url = analysis?.analyticsService ?? "";
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    // Whatever stands before an @ may be a password.
    throw new Error(`'${FIELD}' (${url.replace(/^.*@/, "")}) must be a URL that begins with http:// or https://`);
  }
  const refuse = (field: string, value: string | number, allowed: string): never => {
    throw new Error(`'${field}' (${value}) cannot be used with '${FIELD}': ${allowed}`);
  };
  if (strategy === "guarded") {
    const others = STRATEGIES.filter((known) => known !== "guarded");
    refuse("spec.trafficControl.strategy", strategy, `it must be one of ${others.join(", ")}`);
  }
  const mode = serin?.analysis?.mode ?? "point";
  if (mode !== "point") refuse("spec.serin.analysis.mode", mode, "it must be point");
  for (const [i, { direction = "lower", floor }] of (analysis?.successCriteria ?? []).entries()) {
    const field = `spec.analysis.successCriteria[${i}]`;
    if (direction !== "lower") refuse(`${field}.direction`, direction, "it must be lower");
    if (floor !== undefined) refuse(`${field}.floor`, floor, "it must be left out");
  }
}
