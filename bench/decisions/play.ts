import { TRAFFIC_DEFAULTS, type TrafficScenario } from "../../simulation/traffic/scenario";
import { createStream, type Scrape } from "../../simulation/traffic/stream";
import type { Outcome } from "./contestant";
import type { Rule } from "./peers/rule";

/** One release: the rule sets the weight and looks once an interval, at all scrapes that worked so far. */
export function play(rule: Rule, scenario: TrafficScenario, seed: number): Outcome {
  const { scrapeMs = TRAFFIC_DEFAULTS.scrapeMs } = scenario;
  // Requests and errors are the same with and without latency, which takes most of the time.
  const stream = createStream(rule.judgesLatency ? scenario : { ...scenario, latency: "none" }, seed);
  const scrapes: Scrape[] = [...stream.history];
  const take = (): void => {
    const scrape = stream.scrape();
    if (scrape !== undefined) scrapes.push(scrape);
  };
  take();
  let decision = rule.begin();
  let now = 0;
  while (decision.verdict === undefined) {
    for (const dueAt = now + rule.intervalMs; now < dueAt; now += scrapeMs) {
      stream.advance(scrapeMs, decision.weight);
      take();
    }
    decision = rule.look(decision.state, { at: now, scrapes });
  }
  const { candidateRequests, candidateErrors } = stream.harm;
  return { verdict: decision.verdict, seconds: now / 1000, candidateRequests, candidateErrors };
}
