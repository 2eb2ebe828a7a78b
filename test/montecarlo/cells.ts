import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import type { FailureBudget, Plan, SuccessCriterion, Verdict } from "../../engine";
import { wilsonInterval } from "../../engine/statistics/wilsonInterval";
import {
  releaseSeed,
  simulateRelease,
  type ReleaseResult,
  type TrafficScenario,
  type VersionTraffic,
} from "../../simulation";

/** Releases a cell; fewer for a quick look. */
export const RELEASES = Number(process.env["SERIN_MONTE_CARLO_RELEASES"] ?? 10_000);
const ALPHA = 0.05;

/** A 30-minute plan that looks at every scrape. */
export function planOf(
  criteria: readonly SuccessCriterion[],
  more: { budget?: FailureBudget; warmupMs?: number } = {},
): Plan {
  return {
    baseline: "v1",
    candidate: "v2",
    criteria,
    analysis: { mode: "sequential", alpha: ALPHA, beta: ALPHA, warmupMs: more.warmupMs ?? 0 },
    maxStallMs: 300_000,
    readyTimeoutMs: 600_000,
    traffic: {
      strategy: "guarded",
      step: 10,
      maxWeight: 50,
      intervalMs: 15_000,
      maxIterations: 120,
      onSuccess: "candidate",
      confidence: 0.95,
      ...(more.budget === undefined ? {} : { budget: more.budget }),
    },
  };
}

const lower = { direction: "lower", sampleSize: 0, stopOnFailure: false } as const;

export function errorDelta(tolerance: number, floor?: number): SuccessCriterion {
  const criterion = { ...lower, metric: "iter8_error_rate", toleranceType: "delta", tolerance } as const;
  return floor === undefined ? criterion : { ...criterion, floor };
}

export function errorThreshold(tolerance: number): SuccessCriterion {
  return { ...lower, metric: "iter8_error_rate", toleranceType: "threshold", tolerance };
}

export function latencyDelta(tolerance: number): SuccessCriterion {
  return { ...lower, metric: "iter8_latency", toleranceType: "delta", tolerance };
}

export function latencyThreshold(tolerance: number): SuccessCriterion {
  return { ...lower, metric: "iter8_latency", toleranceType: "threshold", tolerance };
}

export function p99Threshold(tolerance: number): SuccessCriterion {
  return { ...lower, metric: "iter8_99_perc_latency", toleranceType: "threshold", tolerance };
}

/** Two versions that fail with these probabilities. */
export function traffic(
  requestsPerSecond: number,
  baseline: number | VersionTraffic,
  candidate: number | VersionTraffic = baseline,
  effects: Partial<TrafficScenario> = {},
): TrafficScenario {
  const version = (of: number | VersionTraffic) => (typeof of === "number" ? { errorRate: of } : of);
  return { requestsPerSecond, baseline: version(baseline), candidate: version(candidate), latency: "none", ...effects };
}

export function simulate(plan: Plan, scenario: TrafficScenario, seed: number, releases = RELEASES): ReleaseResult[] {
  return Array.from({ length: releases }, (_, i) => simulateRelease(plan, scenario, releaseSeed(seed, i)));
}

/** What the releases of a cell are. */
export interface Cell {
  readonly plan: Plan;
  readonly scenario: TrafficScenario;
  readonly seed: number;
  /** Default: {@link RELEASES}. */
  readonly releases?: number;
}

/**
 * That verdicts are as rare as promised: even the upper end of the 95 % interval of each rate is at most 1.2 times 5 %. With
 * SERIN_MONTE_CARLO_LOG set, a row of docs/statistics.md is appended to that file.
 */
export function itIsRare(title: string, verdicts: readonly Verdict[], cell: () => Cell): void {
  it(title, () => {
    const { plan, scenario, seed, releases = RELEASES } = cell();
    const results = simulate(plan, scenario, seed, releases);
    const rates = verdicts.map((verdict) => {
      const count = results.filter((result) => result.verdict === verdict).length;
      return { verdict, count, upper: wilsonInterval(count, releases)[1] };
    });
    const log = process.env["SERIN_MONTE_CARLO_LOG"];
    const shown = (["rolledBack", "promoted"] as const).map((verdict) => {
      return `${((100 * results.filter((result) => result.verdict === verdict).length) / releases).toFixed(2)} %`;
    });
    if (log !== undefined) appendFileSync(log, `| ${title} | ${shown.join(" | ")} |\n`);
    for (const { verdict, count, upper } of rates) {
      assert.ok(upper <= 1.2 * ALPHA, `${verdict}: ${count} of ${releases}, upper bound ${upper.toFixed(4)}`);
    }
  });
}
