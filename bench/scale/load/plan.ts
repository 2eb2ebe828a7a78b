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

/** How requests fare. Every version is equally fast; what is bad about a candidate is its errors. */
export const TRAFFIC = {
  /** Of each Service. */
  requestsPerSecond: 50,
  latencyMs: 50,
  goodErrorRate: 0.001,
  badErrorRate: 0.1,
  /** Share of the traffic, in percent, at which a candidate of the kind `turnsBad` begins to fail. */
  turnsBadAt: 20,
} as const;
