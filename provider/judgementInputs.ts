import { z } from "zod";
import { DEFAULTS as RECORD } from "../adapters/kubernetes/experiment/read";
import {
  ANALYSIS_MODES,
  canBeJudged,
  DIRECTIONS,
  DURATION_FORMAT,
  ON_SUCCESS,
  parseDuration,
  STRATEGIES,
} from "../engine";

/** The plan of the strategy guarded, which looks often and may end at any look, and that of Iter8's strategies. */
const LENGTHS = {
  guarded: { interval: "15s", maxIterations: 120 },
  others: { interval: "30s", maxIterations: 10 },
} as const;

export const duration = z
  .string(`must be ${DURATION_FORMAT}`)
  .refine((text) => parseDuration(text) !== undefined, `must be ${DURATION_FORMAT}`);
// Istio's weights are whole percents.
const percent = z.int("must be a whole number").min(1, "must be at least 1").max(100, "must be at most 100");
const metricName = z.string().regex(/^[A-Za-z_][\w.:-]*$/, "must be the name of a metric");

/** How the candidate's share of the traffic grows. */
export const traffic = z
  .strictObject({
    strategy: z.enum(STRATEGIES).default("guarded"),
    interval: duration.optional(),
    step: percent.default(10),
    maxWeight: percent.default(50),
    maxIterations: z.int("must be a whole number").min(1, "must be at least 1").optional(),
    onSuccess: z.enum(ON_SUCCESS).default("candidate"),
    confidence: z.number().gt(0, "must be more than 0").lt(1, "must be less than 1").default(RECORD.confidence),
  })
  .superRefine(({ step, maxWeight }, context) => {
    if (maxWeight >= 1 && step <= 100 && step > maxWeight) {
      const message = `must be at most 'maxWeight' (${maxWeight})`;
      context.addIssue({ code: "custom", path: ["step"], message, params: { value: step } });
    }
  })
  .transform((given) => ({ ...(given.strategy === "guarded" ? LENGTHS.guarded : LENGTHS.others), ...defined(given) }));

function defined<T extends object>(given: T): Required<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Required<T>;
}

/** What the candidate must satisfy. */
export const criterion = z
  .strictObject({
    metric: metricName,
    threshold: z.number().optional(),
    delta: z.number().min(0, "must be at least 0").optional(),
    direction: z.enum(DIRECTIONS).default("lower"),
    floor: z.number().gt(0, "must be more than 0").lt(1, "must be less than 1").optional(),
    range: z
      .strictObject({ min: z.number(), max: z.number() })
      .refine(({ min, max }) => min < max, "must have a 'min' less than its 'max'")
      .optional(),
    sampleSize: z.int("must be a whole number").min(0, "must be at least 0").optional(),
    stopOnFailure: z.boolean().optional(),
  })
  .superRefine(({ threshold, delta, floor, direction }, context) => {
    const issue = (message: string, path: string[] = []) => context.addIssue({ code: "custom", path, message });
    if ((threshold === undefined) === (delta === undefined)) issue("must have either 'threshold' or 'delta'");
    if (floor !== undefined && delta === undefined) issue("must be given together with 'delta' only", ["floor"]);
    if (floor !== undefined && direction === "higher") issue("must be given with direction lower only", ["floor"]);
    if (direction === "higher" && delta !== undefined && delta >= 1) {
      issue("must be less than 1 with direction higher", ["delta"]);
    }
  });

const errorRate = z.number().gt(0, "must be more than 0").max(0.5, "must be at most 0.5");

/** How evidence is judged. */
export const analysis = z.strictObject({
  mode: z.enum(ANALYSIS_MODES).optional(),
  alpha: errorRate.optional(),
  beta: errorRate.optional(),
  warmup: duration.optional(),
});

/** A limit on the harm that the release itself may do. */
export const budget = z.strictObject({
  failedRequests: z.number().gt(0, "must be more than 0"),
  metric: metricName.default(RECORD.budgetMetric),
});

/** The settings that have to agree with each other. */
export interface Judgement {
  readonly traffic: z.output<typeof traffic>;
  readonly criteria: readonly z.output<typeof criterion>[];
  readonly analysis: z.output<typeof analysis>;
  readonly budget?: z.output<typeof budget>;
}

/** The analysis mode: Serin's own strategy counts evidence, and Iter8's keep to Iter8's rule unless told otherwise. */
export function modeOf({ traffic: { strategy }, analysis: { mode } }: Pick<Judgement, "traffic" | "analysis">) {
  return mode ?? (strategy === "guarded" ? "sequential" : "point");
}

/**
 * What does not agree.
 *
 * @param report called with the path and what is wrong; a third argument is shown as the value
 */
export function checkJudgement(
  judgement: Judgement,
  report: (path: (string | number)[], message: string, value?: unknown) => void,
): void {
  const { traffic: t, criteria, budget: limit } = judgement;
  const mode = modeOf(judgement);
  const bayesian = t.strategy === "posterior_bayesian_routing" || t.strategy === "optimistic_bayesian_routing";
  if (!canBeJudged(t.strategy, mode)) {
    const [only] = ANALYSIS_MODES.filter((known) => canBeJudged(t.strategy, known));
    report(["analysis", "mode"], `must be ${only} with the strategy ${t.strategy}`);
  }
  for (const field of ["alpha", "beta", "warmup"] as const) {
    if (mode === "point" && judgement.analysis[field] !== undefined) {
      report(["analysis", field], "must be left out with the point analysis, which knows no such thing");
    }
  }
  if (mode === "sequential" && t.maxWeight === 100 && criteria.some(({ delta }) => delta !== undefined)) {
    report(["traffic", "maxWeight"], "must be less than 100, so that there is a baseline to compare with", t.maxWeight);
  }
  if (criteria.length === 0 && t.strategy !== "increment_without_check") {
    report(["criteria"], "must have at least one criterion, unless the strategy is increment_without_check");
  }
  for (const [i, c] of criteria.entries()) {
    if (mode === "sequential") {
      const hint = "must be left out with the sequential analysis, which needs no such setting";
      if (c.sampleSize !== undefined) report(["criteria", i, "sampleSize"], hint);
      if (c.stopOnFailure !== undefined) report(["criteria", i, "stopOnFailure"], hint);
    } else if (c.floor !== undefined) {
      report(["criteria", i, "floor"], "must be left out with the point analysis");
    }
    if (bayesian && c.direction === "higher") {
      report(["criteria", i, "direction"], `must be lower with the strategy ${t.strategy}`);
    }
  }
  if (limit === undefined) return;
  if (t.strategy !== "guarded") report(["budget"], "must be given with the strategy guarded only");
  const counted = criteria.find(({ metric }) => metric === limit.metric);
  if (counted === undefined || counted.direction === "higher") {
    const known = criteria.map(({ metric }) => metric).join(", ");
    report(
      ["budget", "metric"],
      `must be the metric of a criterion that is better when lower (${known})`,
      limit.metric,
    );
  }
}
