import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import type { Observation } from "../../engine";

/**
 * Candidate's latency in ms, against a threshold of 200. Requests grow with time, so every look shows something new; so few
 * that it is no sign of anything that both versions get as many, whatever the weight.
 */
function latency(value: number, startedAt: number, now: number): Observation {
  const sampleSize = 100 + (now - startedAt) / 100;
  return {
    kind: "values",
    metrics: [
      {
        metric: "latency",
        isCounter: false,
        unit: "ms",
        baseline: { value: 90, sampleSize },
        candidate: { value, sampleSize },
      },
    ],
  };
}

export const UNAVAILABLE: Observation = { kind: "unavailable", fault: "unreachable", detail: "Nobody answers." };

type Observe = (experiment: ExperimentResource, startedAt: number, now: number) => Observation;

export const good: Observe = (_experiment, startedAt, now) => latency(100, startedAt, now);
export const bad: Observe = (_experiment, startedAt, now) => latency(300, startedAt, now);
export const unavailable: Observe = () => UNAVAILABLE;

export type Sight = "good" | "bad" | "gap";

/** What each iteration shows; a `gap` has no metrics until some time after its assessment fell due, and is good then. */
export function scripted(sights: readonly Sight[], intervalMs: number, gapMs = 2500): Observe {
  return (experiment, startedAt, now) => {
    const sight = sights[(experiment.status?.currentIteration ?? 1) - 1] ?? "good";
    if (sight === "bad") return bad(experiment, startedAt, now);
    const began = Date.parse(experiment.status?.serin?.iterationStartedAt ?? "");
    const hidden = sight === "gap" && now < began + intervalMs + gapMs;
    return hidden ? UNAVAILABLE : good(experiment, startedAt, now);
  };
}
