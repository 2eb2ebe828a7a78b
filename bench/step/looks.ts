import { initialState, step, type Plan, type ReleaseState, type StepInput } from "../../engine";
import { historyOf } from "../../simulation/release/history";
import { METRICS } from "../../simulation/release/metrics";
import { Observer } from "../../simulation/release/observer";
import type { TrafficScenario } from "../../simulation/traffic/scenario";
import { createStream, type Scrape } from "../../simulation/traffic/stream";
import { SERIN, serinPlan } from "../decisions/serin";

/** What one call of the engine's step gets. */
export interface Look {
  readonly state: ReleaseState;
  readonly input: StepInput;
}

const READY = { service: "ready", baseline: "ready", candidate: "ready" } as const;
const INTERVAL_MS = 15_000;

/** Two kinds of criteria on errors, a percentile and a mean: the experiment that the step is measured with. */
export function fourCriteria(): Plan {
  const plan = serinPlan(INTERVAL_MS);
  const common = { direction: "lower", sampleSize: 0, stopOnFailure: false } as const;
  return {
    ...plan,
    criteria: [
      { ...common, metric: "iter8_error_rate", toleranceType: "delta", tolerance: 1, floor: SERIN.errors.floor },
      { ...common, metric: "iter8_99_perc_latency", toleranceType: "threshold", tolerance: 500 },
      { ...common, metric: "iter8_latency", toleranceType: "delta", tolerance: SERIN.latency.delta },
      { ...common, metric: "iter8_error_rate", toleranceType: "threshold", tolerance: 0.01 },
    ],
    // Beyond reach, so that the release goes on and its evidence is that of a long one.
    analysis: { ...plan.analysis, beta: 1e-300 },
  };
}

/** A service as they are: 100 requests a second, of which one in two hundred fails at either version. */
export const HEALTHY: TrafficScenario = {
  requestsPerSecond: 100,
  baseline: { errorRate: 0.005 },
  candidate: { errorRate: 0.005 },
};

/** The looks of one release, in order, with the state that each began with; the first ones are left out. */
export function steadyLooks(plan: Plan, scenario: TrafficScenario, seed: number, skip = 10): readonly Look[] {
  const stream = createStream(scenario, seed);
  const scrapes: Scrape[] = [...stream.history, ...[stream.scrape()].filter((scrape) => scrape !== undefined)];
  const observer = new Observer(plan, METRICS, scrapes[scrapes.length - 1]);
  const history = historyOf(plan, scrapes, METRICS);
  let { state } = step(plan, initialState(0), { now: 0, targets: READY, history });
  const looks: Look[] = [];
  for (let now = INTERVAL_MS; state.stage === "iterating"; now += INTERVAL_MS) {
    stream.advance(INTERVAL_MS, state.weight);
    const input: StepInput = { now, targets: READY, observation: observer.look(now, stream.scrape()) };
    looks.push({ state, input });
    ({ state } = step(plan, state, input));
  }
  // The last look is the release's end, which happens once.
  return looks.slice(skip, -1);
}
