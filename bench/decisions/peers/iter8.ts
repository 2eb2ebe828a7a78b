import { growth } from "./promql";
import type { Decision, Rule, Seen } from "./rule";

/** What an Iter8 v0.1 Experiment sets, for the strategy check_and_increment with one criterion on the error rate. */
export interface Iter8Settings {
  /** `interval`, in ms. */
  readonly intervalMs: number;
  readonly maxIterations: number;
  /** `trafficStepSize`, in percent. */
  readonly stepSize: number;
  /** `maxTrafficPercentage`. */
  readonly maxWeight: number;
  /** Requests of the candidate from which on it is judged. */
  readonly sampleSize: number;
  /** Largest share of failed requests, as a `threshold`. */
  readonly maxErrorRate: number;
  /** Roll back at the first iteration that fails, instead of holding the weight until the last one. */
  readonly stopOnFailure: boolean;
}

/** Iter8's own defaults: 100 iterations of +2 %. With its default interval of 60 s that takes 100 minutes. */
export const ITER8 = {
  maxIterations: 100,
  stepSize: 2,
  maxWeight: 50,
  sampleSize: 10,
  maxErrorRate: 0.01,
} as const;

export interface Iter8State {
  readonly iteration: number;
  readonly weight: number;
}

/** What Iter8 made of an iteration. `unknown`: too few requests, or none since the last iteration. */
export type Iter8Assessment = "met" | "failed" | "unknown";

/** Iter8 v0.1 check_and_increment. */
export function iter8(stopOnFailure: boolean, intervalMs: number): Rule<Iter8State> {
  return iter8Rule({ ...ITER8, intervalMs, stopOnFailure });
}

/**
 * Iter8 v0.1's check_and_increment: after each iteration the error rate of all requests since the beginning is compared
 * with the limit. The weight grows by a step when it is met, and is held when not. The last iteration alone decides, unless
 * the criterion has `stopOnFailure`. Too few requests in the last iteration are a failure.
 */
export function iter8Rule(settings: Iter8Settings): Rule<Iter8State> {
  const { intervalMs, maxIterations, stepSize, stopOnFailure } = settings;
  return {
    name: stopOnFailure ? "Iter8 stop" : "Iter8",
    plan: `${maxIterations} iterations of ${intervalMs / 1000} s${stopOnFailure ? ", stopOnFailure" : ""}`,
    planMs: maxIterations * intervalMs,
    intervalMs,
    judgesLatency: false,
    begin: () => ({ state: { iteration: 1, weight: stepSize }, weight: stepSize }),
    look: (state, seen) => iter8Iteration(settings, state, assess(settings, seen)),
  };
}

/** The end of an iteration, given what its assessment says. */
export function iter8Iteration(
  { maxIterations, stepSize, maxWeight, stopOnFailure }: Omit<Iter8Settings, "intervalMs">,
  { iteration, weight: before }: Iter8State,
  assessment: Iter8Assessment,
): Decision<Iter8State> {
  const weight = assessment === "met" ? Math.min(maxWeight, before + stepSize) : before;
  const state = { iteration: iteration + 1, weight };
  if (assessment === "failed" && stopOnFailure) return { state, weight: 0, verdict: "rolledBack" };
  if (iteration < maxIterations) return { state, weight };
  return assessment === "met"
    ? { state, weight: 100, verdict: "promoted" }
    : { state, weight: 0, verdict: "rolledBack" };
}

function assess({ sampleSize, maxErrorRate }: Iter8Settings, { scrapes }: Seen): Iter8Assessment {
  const first = scrapes.findIndex(({ at }) => at > 0);
  const since = first === -1 ? [] : scrapes.slice(first);
  const requests = growth(0, since, ({ candidate }) => candidate.requests);
  if (requests < sampleSize) return "unknown";
  return meetsErrorRate(growth(0, since, ({ candidate }) => candidate.errors) / requests, maxErrorRate)
    ? "met"
    : "failed";
}

/** Iter8 rounds what it reads from Prometheus to three decimals, so up to 1.05 % passes as 1 %. */
export function meetsErrorRate(share: number, most: number): boolean {
  return Math.round(share * 1000) / 1000 <= most;
}
