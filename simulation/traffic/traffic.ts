import { createDraws, type Draws } from "../random/draws";
import { nextReset } from "./resets";
import { rhythmBetween } from "./rhythm";
import { TRAFFIC_DEFAULTS, type TrafficScenario } from "./scenario";
import type { Harm, Scrape, TrafficStream } from "./stream";
import { Version } from "./version";
import { createWarmUpClock, type WarmUpClock } from "./warmUp";

/** Goes from event to event (scrapes, restarts, the end of the warm-up); between two of them nothing changes but the rhythm. */
export class Traffic implements TrafficStream {
  readonly history: readonly Scrape[];
  readonly #scenario: TrafficScenario;
  readonly #scrapeMs: number;
  readonly #baseline: Version;
  readonly #candidate: Version;
  readonly #warmUp: WarmUpClock;
  readonly #misses: Draws;
  /** ms since the release began. */
  #now: number;
  /** The next scrape is this many intervals after the release's beginning. */
  #nextScrape: number;
  #nextResetAt: number;
  #newest: Scrape | undefined;
  #candidateRequests = 0;
  #candidateErrors = 0;
  #excessFailures = 0;

  constructor(scenario: TrafficScenario, seed: number) {
    const { scrapeMs = TRAFFIC_DEFAULTS.scrapeMs, historyMs = TRAFFIC_DEFAULTS.historyMs } = scenario;
    this.#scenario = scenario;
    this.#scrapeMs = scrapeMs;
    this.#baseline = new Version("baseline", scenario.baseline, scenario, seed, 1);
    this.#candidate = new Version("candidate", scenario.candidate, scenario, seed, 0);
    this.#warmUp = createWarmUpClock(scenario.warmUp, createDraws(seed, "warm-up"));
    this.#misses = createDraws(seed, "misses");
    this.#nextScrape = 0 - Math.floor(historyMs / scrapeMs);
    this.#now = this.#nextScrape * scrapeMs;
    this.#nextResetAt = nextReset(scenario.reset, this.#now);
    this.history = this.#past();
  }

  get harm(): Harm {
    return {
      candidateRequests: this.#candidateRequests,
      candidateErrors: this.#candidateErrors,
      excessFailures: this.#excessFailures,
    };
  }

  advance(ms: number, candidateWeight: number): void {
    const end = this.#now + ms;
    while (this.#now < end) {
      const scrapeAt = this.#nextScrape * this.#scrapeMs;
      const warmAt = this.#warmUp.endsAt > this.#now ? this.#warmUp.endsAt : Infinity;
      const until = Math.min(end, scrapeAt, this.#nextResetAt, warmAt);
      this.#serve(until, candidateWeight / 100);
      this.#now = until;
      if (until === scrapeAt) this.#takeScrape();
      if (until === this.#nextResetAt) this.#restart();
    }
  }

  scrape(): Scrape | undefined {
    return this.#newest;
  }

  /** All until the release begins, with the scrape of that moment taken. */
  #past(): readonly Scrape[] {
    const scrapes: Scrape[] = [];
    this.#takeScrape();
    while (this.#now < 0) {
      if (this.#newest !== undefined) scrapes.push(this.#newest);
      this.advance(this.#scrapeMs, 0);
    }
    return scrapes;
  }

  #takeScrape(): void {
    const missed = this.#misses.uniform() < (this.#scenario.missedScrapes?.share ?? 0);
    const [baseline, candidate] = [this.#baseline.read(), this.#candidate.read()];
    this.#newest = missed ? undefined : { at: this.#now, baseline, candidate };
    this.#nextScrape++;
    this.#baseline.endInterval();
    this.#candidate.endInterval();
  }

  #restart(): void {
    if (this.#scenario.reset?.version === "baseline") this.#baseline.reset();
    else this.#candidate.reset();
    this.#nextResetAt = nextReset(this.#scenario.reset, this.#now);
  }

  #serve(until: number, candidateShare: number): void {
    const { requestsPerSecond, diurnal, warmUp = { seconds: 0 } } = this.#scenario;
    const rhythm = rhythmBetween(this.#now, until, diurnal);
    const seconds = (until - this.#now) / 1000;
    const expected = requestsPerSecond * seconds * rhythm.requests;
    const rate = (usual: number) => Math.min(1, usual * rhythm.errors);

    const baselineRate = rate(this.#baseline.traffic.errorRate);
    const baselineRequests = this.#baseline.arrive(seconds, expected * (1 - candidateShare));
    this.#baseline.serve(baselineRequests, { errorRate: baselineRate, slowShare: 0, slowness: 1 });

    const usual = this.#candidate.traffic.errorRate;
    const requests = this.#candidate.arrive(seconds, expected * candidateShare);
    const cold = this.#warmUp.share(this.#now, until, requests);
    const errorRate = rate((1 - cold) * usual + cold * (warmUp.errorRate ?? usual));
    const condition = { errorRate, slowShare: cold, slowness: warmUp.latencyFactor ?? 1 };
    this.#candidateErrors += this.#candidate.serve(requests, condition);
    this.#candidateRequests += requests;
    this.#excessFailures += requests * (errorRate - baselineRate);
  }
}
