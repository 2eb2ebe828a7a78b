import { createDraws, type Draws } from "../random/draws";
import { createCounters, readCounters, resetCounters, type Counters } from "./counters";
import { addLatency } from "./latency";
import type { LatencyDetail, Sessions, TrafficScenario, VersionName, VersionTraffic } from "./scenario";
import { createSessionPool, type SessionPool } from "./sessions";
import type { VersionCounters } from "./stream";

/** How a version fares in one span of time: a part of its requests may fall into its warm-up. */
export interface Condition {
  /** Share of requests that fail, in the mean. */
  readonly errorRate: number;
  /** Share of the requests that take `slowness` times as long. */
  readonly slowShare: number;
  readonly slowness: number;
}

/** One version: what it is asked, and what its counters show. */
export class Version {
  readonly #counters: Counters;
  readonly #arrivals: Draws;
  readonly #failures: Draws;
  readonly #durations: Draws;
  readonly #detail: LatencyDetail;
  readonly #correlation: number;
  readonly #sessions: Sessions | undefined;
  readonly #pool: SessionPool | undefined;
  /** The error rate drawn for the scrape interval in progress, and the mean that it was drawn for. */
  #burst: { readonly mean: number; readonly drawn: number } | undefined;

  /** @param share of the requests that come to this version when the sessions in progress began, 0 to 1 */
  constructor(
    name: VersionName,
    readonly traffic: VersionTraffic,
    { requestsPerSecond, latency = "histogram", bursts, sessions }: TrafficScenario,
    seed: number,
    share: number,
  ) {
    this.#counters = createCounters(latency === "histogram");
    this.#arrivals = createDraws(seed, `${name}/arrivals`);
    this.#failures = createDraws(seed, `${name}/failures`);
    this.#durations = createDraws(seed, `${name}/durations`);
    this.#detail = latency;
    this.#correlation = bursts?.correlation ?? 0;
    this.#sessions = sessions;
    if (sessions === undefined) return;
    const busy = (share * requestsPerSecond * sessions.meanSeconds) / sessions.meanRequests;
    this.#pool = createSessionPool(createDraws(seed, `${name}/sessions`), sessions, busy, traffic.errorRate);
  }

  /**
   * How many requests come.
   *
   * @param seconds length of the span of time
   * @param expected requests in it, or with sessions those of the sessions that begin in it
   */
  arrive(seconds: number, expected: number): number {
    if (this.#pool === undefined) return this.#arrivals.poisson(expected);
    return this.#pool.serve(seconds, expected / (this.#sessions?.meanRequests ?? 1));
  }

  /** Serves the requests that have just arrived. Returns how many of them failed. */
  serve(requests: number, { errorRate, slowShare, slowness }: Condition): number {
    if (requests === 0) return 0;
    const rate = this.#burstRate(errorRate);
    const errors = this.#pool?.failures(rate) ?? this.#failures.binomial(requests, rate);
    this.#counters.requests += requests;
    this.#counters.errors += errors;
    const slow = this.#durations.binomial(requests, slowness === 1 ? 0 : slowShare);
    this.#addLatency(requests - slow, 1);
    this.#addLatency(slow, slowness);
    return errors;
  }

  /** To be told when a scrape interval ends. */
  endInterval(): void {
    this.#burst = undefined;
  }

  read(): VersionCounters {
    return readCounters(this.#counters);
  }

  reset(): void {
    resetCounters(this.#counters);
  }

  #addLatency(requests: number, factor: number): void {
    addLatency(this.#counters, this.#durations, this.#detail, this.traffic, requests, factor);
  }

  #burstRate(mean: number): number {
    if (this.#correlation === 0) return mean;
    if (this.#burst?.mean !== mean) {
      this.#burst = { mean, drawn: this.#failures.sharedProbability(mean, this.#correlation) };
    }
    return this.#burst.drawn;
  }
}
