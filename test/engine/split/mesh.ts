import {
  assessmentDueAt,
  initialState,
  step,
  type Observation,
  type Occurrence,
  type Plan,
  type ReleaseState,
} from "../../../engine";
import { metric, READY } from "../builders";

const SECOND = 1000;

export interface MeshOptions {
  /** Of all callers together. */
  readonly requestsPerSecond: number;
  /** Whether the proxies hear of changes at a moment, in ms. */
  readonly isConnected?: (now: number) => boolean;
  /** Part of the callers that follow the route; the others always reach the baseline. Default: 1. */
  readonly following?: number;
  /** Time between two scrapes, in ms. Default: each look has all requests until then. */
  readonly scrapeMs?: number;
  /** Gives raw counters with the time of their sample, from before the release on. Default: sample sizes. */
  readonly counters?: boolean;
  /** What the candidate's value is; a threshold is at 200. Default: 100. */
  readonly candidateValue?: (now: number) => number;
  /** Whether Prometheus answers. Default: always. */
  readonly isObserved?: (now: number) => boolean;
  /** What a person asks at a moment. */
  readonly action?: (now: number) => "pause" | "resume" | undefined;
}

/** One step of a release. */
export interface Beat {
  readonly now: number;
  /** The candidate's share of the followers' requests. */
  readonly inEffect: number;
  readonly state: ReleaseState;
  readonly occurrences: readonly Occurrence[];
}

/** Drives a release second by second through a mesh whose proxies may hear of changes late. */
export function release(plan: Plan, options: MeshOptions, keep = (state: ReleaseState): ReleaseState => state): Beat[] {
  const { isConnected = () => true, following = 1, scrapeMs = 1, isObserved = () => true } = options;
  const history = options.counters ? [{ ...HISTORY, metric: plan.criteria[0]?.metric ?? "" }] : [];
  let { state } = step(plan, initialState(0), { now: 0, targets: READY, history });
  let inEffect = 0;
  const total = { baseline: 0, candidate: 0 };
  let scraped = { at: 0, baseline: 0, candidate: 0 };
  const beats: Beat[] = [];
  for (let now = SECOND; state.stage === "iterating" && now <= 3_600_000; now += SECOND) {
    if (isConnected(now)) inEffect = state.weight;
    const candidate = (options.requestsPerSecond * following * inEffect) / 100;
    total.candidate += candidate;
    total.baseline += options.requestsPerSecond - candidate;
    if (now - scraped.at >= scrapeMs) scraped = { at: now, ...total };
    const isDue = now >= (assessmentDueAt(plan, state) ?? Infinity);
    const observation = isDue ? observe(plan, scraped, now, options, isObserved(now)) : undefined;
    const input = { now, targets: READY, observation, action: options.action?.(now) };
    const { state: after, occurrences } = step(plan, state, input);
    const isNew = after !== state;
    state = keep(after);
    if (isNew || observation) beats.push({ now, inEffect, state, occurrences });
  }
  return beats;
}

/** Requests that the baseline had before the release. */
const EARLIER = 1_000_000;
const NOTHING = { requests: 0, events: 0, sum: 0 };
const HISTORY = {
  kind: "ratio" as const,
  windowMs: 10_000,
  windows: [],
  counts: {
    kind: "ratio" as const,
    at: 0,
    baseline: { ...NOTHING, requests: EARLIER },
    candidate: NOTHING,
  },
};

function observe(
  plan: Plan,
  { at, baseline, candidate }: { readonly at: number; readonly baseline: number; readonly candidate: number },
  now: number,
  { counters, candidateValue = () => 100 }: MeshOptions,
  isObserved: boolean,
): Observation {
  if (!isObserved) return { kind: "unavailable", fault: "unreachable", detail: "Nobody answers." };
  const [baselineSamples, candidateSamples] = [Math.floor(baseline), Math.floor(candidate)];
  const values = plan.criteria.map((criterion) => ({
    ...metric({ metric: criterion.metric, candidate: candidateValue(now), baselineSamples, candidateSamples }),
    ...(counters && {
      counts: {
        kind: "ratio" as const,
        at,
        baseline: { ...NOTHING, requests: EARLIER + baselineSamples },
        candidate: { ...NOTHING, requests: candidateSamples },
      },
    }),
  }));
  return { kind: "values", metrics: values };
}
