import type { MetricHistory, Plan } from "../../engine";
import type { TrafficScenario } from "../traffic/scenario";
import { createStream } from "../traffic/stream";
import { historyOf } from "./history";
import { METRICS, type MetricTable } from "./metrics";

/**
 * What is known of a scenario's baseline when a release begins; one entry a criterion.
 *
 * @param seed any number
 * @throws Error if a criterion's metric is not in `metrics`
 */
export function simulatedPast(
  plan: Plan,
  scenario: TrafficScenario,
  seed: number,
  metrics: MetricTable = METRICS,
): readonly (MetricHistory | undefined)[] {
  const stream = createStream(scenario, seed);
  const start = stream.scrape();
  return historyOf(plan, start === undefined ? stream.history : [...stream.history, start], metrics);
}
