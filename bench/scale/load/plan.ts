/** The plan of every release of the bench. */
export const PLAN = {
  intervalMs: 10_000,
  /** Percentage points. */
  step: 10,
  /** Percent. */
  maxWeight: 50,
  iterations: 5,
  graceMs: 1_000,
} as const;

/** From the creation of a good candidate's experiment to its end if nothing takes any time, in ms. */
export const SHORTEST_MS = PLAN.iterations * PLAN.intervalMs + PLAN.graceMs;

/** How the requests to one Service fare. */
export interface ServiceTraffic {
  readonly requestsPerSecond: number;
  /** Share of requests that fail, 0 to 1. */
  readonly goodErrorRate: number;
  readonly badErrorRate: number;
  /** Share of the traffic, in percent, at which a candidate of the kind `turnsBad` begins to fail. */
  readonly turnsBadAt: number;
  /** How long it goes on as before once it has that share, in ms. */
  readonly turnsBadAfterMs: number;
  /** Whether counters count whole requests only, as real ones do. */
  readonly whole: boolean;
}

/** How requests fare. Every version is equally fast; what is bad about a candidate is its errors. */
export const TRAFFIC: ServiceTraffic & { readonly latencyMs: number } = {
  requestsPerSecond: 50,
  latencyMs: 50,
  goodErrorRate: 0.001,
  badErrorRate: 0.1,
  turnsBadAt: 20,
  turnsBadAfterMs: 0,
  whole: false,
};
