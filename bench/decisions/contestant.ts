import type { TrafficScenario } from "../../simulation/traffic/scenario";
import type { Rule, Verdict } from "./peers/rule";
import { play } from "./play";

/** How one simulated release ended. */
export interface Outcome {
  readonly verdict: Verdict;
  /** From the first weight to the verdict. */
  readonly seconds: number;
  /** What the candidate got until then. */
  readonly candidateRequests: number;
  readonly candidateErrors: number;
}

/** What the bench needs of a way to decide: what it is, and how it does in a release. */
export interface Contestant extends Pick<Rule, "name" | "plan" | "planMs" | "intervalMs" | "judgesLatency"> {
  /** With the same seed every contestant meets the same traffic, as far as the weights that it chooses let it. */
  release(scenario: TrafficScenario, seed: number): Outcome;
}

/** A peer's rule as a contestant. */
export function contestant(rule: Rule): Contestant {
  const { name, plan, planMs, intervalMs, judgesLatency } = rule;
  return {
    name,
    plan,
    planMs,
    intervalMs,
    judgesLatency,
    release: (scenario, seed) => play(rule, scenario, seed),
  };
}
