import { z } from "zod";
import { ANALYSIS_MODES, DIRECTIONS, STRATEGIES, type Plan } from "../../engine";
import { METRICS } from "../release/metrics";
import { atLeastOne, atLeastZero, duration, percent, positive, risk, share } from "./values";

const metricNames = Object.keys(METRICS) as [string, ...string[]];

const criterion = z
  .strictObject({
    metric: z.enum(metricNames),
    threshold: z.number("must be a number").optional(),
    delta: atLeastZero.optional(),
    floor: share.optional(),
    direction: z.enum(DIRECTIONS).default("lower"),
    sampleSize: z.int("must be a whole number").min(0, "must be at least 0").default(10),
    stopOnFailure: z.boolean("must be true or false").default(false),
  })
  .superRefine(({ metric, threshold, delta, floor }, context) => {
    const refuse = (message: string, ...path: string[]) => context.addIssue({ code: "custom", path, message });
    if ((threshold === undefined) === (delta === undefined)) refuse("must have either 'threshold' or 'delta'");
    const kind = METRICS[metric]?.kind;
    if (kind === "counter" && delta !== undefined)
      refuse(`must not be given for ${metric}, which is a counter`, "delta");
    if (floor !== undefined && (kind !== "ratio" || delta === undefined))
      refuse("must only be given with a 'delta' on iter8_error_rate", "floor");
  });

/** What a service that does not fail by itself is usually asked to meet. */
const DEFAULT_CRITERIA = [
  { metric: "iter8_error_rate", delta: 0.75, floor: 0.003 },
  { metric: "iter8_latency", delta: 0.1 },
];

/** `release` of a scenario file. */
export const releaseSchema = z
  .strictObject({
    strategy: z.enum(STRATEGIES).default("guarded"),
    interval: duration.default(15_000),
    step: percent.default(10),
    maxWeight: percent.default(50),
    maxIterations: atLeastOne.default(120),
    confidence: share.default(0.95),
    budget: z.strictObject({ failedRequests: positive }).optional(),
    analysis: z
      .strictObject({
        mode: z.enum(ANALYSIS_MODES).default("sequential"),
        alpha: risk.default(0.05),
        beta: risk.default(0.05),
        warmup: duration.optional(),
      })
      .prefault({}),
    criteria: z.array(criterion).min(1, "must have at least one criterion").prefault(DEFAULT_CRITERIA),
  })
  .superRefine(({ step, maxWeight, budget, criteria }, context) => {
    const refuse = (message: string, path: string) => context.addIssue({ code: "custom", path: [path], message });
    if (step > maxWeight) refuse(`must be at most 'maxWeight' (${maxWeight})`, "step");
    if (budget !== undefined && !criteria.some(isErrorRate))
      refuse("must only be given with a criterion on iter8_error_rate", "budget");
  });

function isErrorRate({ metric }: { readonly metric: string }): boolean {
  return metric === "iter8_error_rate";
}

/** The release in the engine's words. */
export function toPlan({ analysis, criteria, budget, interval, ...traffic }: z.output<typeof releaseSchema>): Plan {
  return {
    baseline: "baseline",
    candidate: "candidate",
    traffic: {
      ...traffic,
      intervalMs: interval,
      onSuccess: "candidate",
      ...(budget && { budget: { ...budget, metric: "iter8_error_rate" } }),
    },
    analysis: { mode: analysis.mode, alpha: analysis.alpha, beta: analysis.beta, warmupMs: analysis.warmup ?? 0 },
    criteria: criteria.map(({ threshold, delta, floor, ...same }) => ({
      ...same,
      toleranceType: delta === undefined ? "threshold" : "delta",
      tolerance: delta ?? threshold ?? NaN,
      ...(floor === undefined ? {} : { floor }),
    })),
    maxStallMs: 300_000,
    readyTimeoutMs: 600_000,
  };
}
