import { VERDICTS, type Plan, type Verdict } from "../../engine";
import { wilsonInterval } from "../../engine/statistics/wilsonInterval";
import { derivedSeed } from "../random/stream";
import type { TrafficScenario } from "../traffic/scenario";
import { METRICS, type MetricTable } from "./metrics";
import { simulateRelease, type ReleaseResult } from "./simulate";
import { meanOf, spreadOf, type Spread } from "./spread";

/** How often something happened. */
export interface Rate {
  readonly count: number;
  /** 0 to 1. */
  readonly share: number;
  /** Where the true share is, with a probability of 95 % (Wilson). */
  readonly interval: readonly [number, number];
}

/** What a group of releases came to; spreads are undefined for an empty group, and means NaN. */
export interface Group {
  /** From the beginning to the verdict. */
  readonly seconds: Spread | undefined;
  /** Until the verdict. */
  readonly candidateRequests: Spread | undefined;
  /** Mean of a release. */
  readonly candidateErrors: number;
  /** Mean of a release: expected failures of the candidate beyond the baseline's true rate. */
  readonly excessFailures: number;
}

/** What many releases came to. */
export interface Summary extends Group {
  readonly releases: number;
  readonly verdicts: Readonly<Record<Verdict, Rate & Group>>;
}

export interface ManyOptions {
  /** What the criteria's metrics are made of. @default the built-in ones */
  readonly metrics?: MetricTable;
  /** Told after each release how many are done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Many independent releases of the same plan and scenario. The same arguments always give the same summary.
 *
 * @param count number of releases, whole, at least 0
 * @param seed any number
 * @throws Error if a criterion's metric is not in `metrics`
 */
export function simulateMany(
  plan: Plan,
  scenario: TrafficScenario,
  count: number,
  seed: number,
  { metrics = METRICS, onProgress }: ManyOptions = {},
): Summary {
  const results: ReleaseResult[] = [];
  for (let i = 0; i < count; i++) {
    results.push(simulateRelease(plan, scenario, releaseSeed(seed, i), metrics));
    onProgress?.(i + 1);
  }
  const verdicts = Object.fromEntries(
    VERDICTS.map((verdict) => {
      const group = results.filter((result) => result.verdict === verdict);
      return [verdict, { ...rateOf(group.length, count), ...groupOf(group) }];
    }),
  ) as Record<Verdict, Rate & Group>;
  return { releases: count, ...groupOf(results), verdicts };
}

/** The seed of one of many releases, with which {@link simulateRelease} repeats it. The first one has number 0. */
export function releaseSeed(seed: number, number: number): number {
  return derivedSeed(seed, `release ${number}`);
}

function rateOf(count: number, releases: number): Rate {
  return { count, share: count / releases, interval: wilsonInterval(count, releases) };
}

function groupOf(results: readonly ReleaseResult[]): Group {
  return {
    seconds: spreadOf(results.map(({ seconds }) => seconds)),
    candidateRequests: spreadOf(results.map(({ candidateRequests }) => candidateRequests)),
    candidateErrors: meanOf(results.map(({ candidateErrors }) => candidateErrors)),
    excessFailures: meanOf(results.map(({ excessFailures }) => excessFailures)),
  };
}
