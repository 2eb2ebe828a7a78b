import type { Plan } from "../../engine";
import { simulateRelease } from "../../simulation/release/simulate";
import type { Contestant } from "./contestant";

/** Serin's settings in this comparison. */
export const SERIN = {
  /** Largest probability that a candidate within the tolerances is rolled back, and that one beyond them is promoted. */
  alpha: 0.05,
  beta: 0.05,
  /** In percent. */
  step: 10,
  maxWeight: 50,
  /** Time after which it ends without a verdict, in ms. */
  planMs: 1_800_000,
  /** The error rate may be 75 % above the baseline's, and is good up to 0.3 % whatever the baseline's. */
  errors: { delta: 0.75, floor: 0.003 },
  /** The mean latency may be a tenth above the baseline's. */
  latency: { delta: 0.1 },
} as const;

/**
 * The experiment as Serin's engine gets it.
 *
 * @param intervalMs time between looks, in ms
 * @param warmupMs time after the start that is no evidence, in ms
 */
export function serinPlan(intervalMs: number, warmupMs = 0): Plan {
  const common = { toleranceType: "delta", direction: "lower", sampleSize: 0, stopOnFailure: false } as const;
  return {
    baseline: "v1",
    candidate: "v2",
    traffic: {
      strategy: "guarded",
      step: SERIN.step,
      maxWeight: SERIN.maxWeight,
      intervalMs,
      maxIterations: Math.round(SERIN.planMs / intervalMs),
      onSuccess: "candidate",
      confidence: 0.95,
    },
    analysis: { mode: "sequential", alpha: SERIN.alpha, beta: SERIN.beta, warmupMs },
    criteria: [
      { ...common, metric: "iter8_error_rate", tolerance: SERIN.errors.delta, floor: SERIN.errors.floor },
      { ...common, metric: "iter8_latency", tolerance: SERIN.latency.delta },
    ],
    maxStallMs: 300_000,
    readyTimeoutMs: 600_000,
  };
}

/** Serin's engine as it is, with one of the plans of {@link serinPlan}. */
export function serin(intervalMs: number, warmupMs = 0): Contestant {
  const plan = serinPlan(intervalMs, warmupMs);
  const { alpha, step, maxWeight, planMs } = SERIN;
  return {
    name: warmupMs === 0 ? "Serin" : `Serin, warm-up ${warmupMs / 1000} s`,
    plan: `guarded, alpha ${alpha}, step ${step} %, at most ${maxWeight} %, a look every ${intervalMs / 1000} s, ${planMs / 60_000} min at most`,
    planMs,
    intervalMs,
    judgesLatency: true,
    release(scenario, seed) {
      const { verdict, seconds, candidateRequests, candidateErrors } = simulateRelease(plan, scenario, seed);
      if (verdict === "aborted") throw new Error("nothing aborts a simulated release");
      return { verdict, seconds, candidateRequests, candidateErrors };
    },
  };
}
