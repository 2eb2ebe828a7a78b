import type { TrafficScenario } from "./scenario";
import { Traffic } from "./traffic";

/** Counters of one version as a scrape reads them: cumulative, back to 0 after a restart. */
export interface VersionCounters {
  readonly requests: number;
  readonly errors: number;
  /** ms; stays 0 where no latency is simulated. */
  readonly durationSum: number;
  /** Requests at most BOUNDS[i] ms, cumulative over i and time; empty where no histogram is simulated. */
  readonly buckets: readonly number[];
}

/** Both versions' counters at one moment. */
export interface Scrape {
  /** ms since the release began; negative before. */
  readonly at: number;
  readonly baseline: VersionCounters;
  readonly candidate: VersionCounters;
}

/** What the release has cost so far. */
export interface Harm {
  readonly candidateRequests: number;
  readonly candidateErrors: number;
  /** Failed requests of the candidate beyond what the baseline's true rate would have given: expectation, not a draw. */
  readonly excessFailures: number;
}

/** Traffic in virtual time, from the moment when the release begins. */
export interface TrafficStream {
  /**
   * Serves requests for so many ms, at least 0. The candidate gets this share in percent, 0 to 100; with sessions, of those
   * that begin meanwhile.
   */
  advance(ms: number, candidateWeight: number): void;
  /** What Prometheus has at this moment: the newest scrape, which falls due every `scrapeMs`; undefined when it was missed. */
  scrape(): Scrape | undefined;
  /** Past scrapes of the baseline before the release, oldest first, spaced scrapeMs; missed ones are left out. */
  readonly history: readonly Scrape[];
  /** As of now. */
  readonly harm: Harm;
}

/**
 * A stream of traffic. The same scenario and seed always give the same one, as long as it is advanced alike.
 *
 * @param scenario its ranges are taken for granted; a scenario of a file has been checked
 * @param seed any number
 */
export function createStream(scenario: TrafficScenario, seed: number): TrafficStream {
  return new Traffic(scenario, seed);
}
