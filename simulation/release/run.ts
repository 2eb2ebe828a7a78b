import { initialState, step, type Plan, type RandomSource, type ReleaseState, type Targets } from "../../engine";
import { createDraws } from "../random/draws";
import { createStream, type TrafficStream } from "../traffic/stream";
import { TRAFFIC_DEFAULTS, type TrafficScenario } from "../traffic/scenario";
import { historyOf } from "./history";
import type { MetricTable } from "./metrics";
import { Observer } from "./observer";

const READY: Targets = { service: "ready", baseline: "ready", candidate: "ready" };

/** Time until a look without usable metrics is repeated. */
const RETRY_MS = 15_000;

/** A look at the metrics, and what the engine made of it. */
export interface Look {
  /** ms since the release began. */
  readonly now: number;
  /** The candidate's share of the traffic until now, in percent. */
  readonly weight: number;
  readonly observer: Observer;
  readonly state: ReleaseState;
}

/** A release that has its verdict. */
export interface Run {
  readonly state: ReleaseState;
  /** ms since the release began. */
  readonly endedAt: number;
  readonly stream: TrafficStream;
}

/**
 * Drives the engine through a whole release in virtual time: as a driver would, but for waiting. A look without usable
 * metrics is repeated after 15 seconds.
 *
 * @param onLook told after each look with usable metrics
 * @throws Error if a criterion's metric is not in `metrics`
 */
export function runRelease(
  plan: Plan,
  scenario: TrafficScenario,
  seed: number,
  metrics: MetricTable,
  onLook?: (look: Look) => void,
): Run {
  const random = randomSource(seed);
  const stream = createStream(scenario, seed);
  const start = stream.scrape();
  const scrapes = start === undefined ? stream.history : [...stream.history, start];
  let newest = scrapes[scrapes.length - 1];
  const observer = new Observer(plan, metrics, newest);
  const history = historyOf(plan, scrapes, metrics);
  let now = 0;

  /** Past every scrape, because the last one may be missed and the one before not. */
  const advance = (weight: number, until: number): void => {
    const { scrapeMs = TRAFFIC_DEFAULTS.scrapeMs } = scenario;
    for (; now < until; now = Math.min(until, now + scrapeMs)) {
      stream.advance(Math.min(scrapeMs, until - now), weight);
      newest = stream.scrape() ?? newest;
    }
  };

  let { state } = step(plan, initialState(now), { now, targets: READY, history, random });
  while (state.stage === "iterating") {
    const { weight } = state;
    advance(weight, now + (state.stalledSince === undefined ? plan.traffic.intervalMs : RETRY_MS));
    const observation = observer.look(now, newest);
    ({ state } = step(plan, state, { now, targets: READY, observation, random }));
    if (observation.kind === "values") onLook?.({ now, weight, observer, state });
  }
  return { state, endedAt: now, stream };
}

function randomSource(seed: number): RandomSource {
  const draws = createDraws(seed, "engine");
  return {
    uniform: () => draws.uniform(),
    normal: (mean, sd) => mean + sd * draws.normal(),
    beta: (alpha, beta) => draws.sharedProbability(alpha / (alpha + beta), 1 / (1 + alpha + beta)),
  };
}
