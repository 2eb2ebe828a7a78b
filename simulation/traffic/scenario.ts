/** Which of the two versions an effect is about. */
export type VersionName = "baseline" | "candidate";

/**
 * How much of the latency is simulated. `none`: nothing. `mean`: its sum. `histogram`: its sum and its buckets. The less, the
 * faster.
 */
export type LatencyDetail = "none" | "mean" | "histogram";

/** How long requests take: log-normal. */
export interface Latency {
  /** Half of the requests are faster; ms, greater than 0. */
  readonly median: number;
  /** Standard deviation of the latency's natural logarithm; at least 0. The mean is median x exp(sigma^2 / 2). */
  readonly sigma: number;
}

/** How one version behaves. */
export interface VersionTraffic {
  /** Share of requests that fail, 0 to 1. */
  readonly errorRate: number;
  /** @default { median: 100, sigma: 0.5 } */
  readonly latency?: Latency;
  /** A share of the requests (0 to 1) is slower by a factor (greater than 0), and shows in high percentiles alone. */
  readonly tail?: { readonly share: number; readonly factor: number };
}

/** The candidate is worse at first: caches are cold, code is not compiled yet. */
export interface WarmUp {
  /** How long, from the candidate's first request on; greater than 0. */
  readonly seconds: number;
  /** Share of requests that fail meanwhile, 0 to 1. @default the candidate's own */
  readonly errorRate?: number;
  /** How many times longer requests take meanwhile; greater than 0. @default 1 */
  readonly latencyFactor?: number;
}

/** Traffic follows a sine: at time t there are 1 + amplitude x sin(2 pi (t / period + phase)) times the usual requests. */
export interface Diurnal {
  /** 0 to 1. */
  readonly amplitude: number;
  /** ms, greater than 0. */
  readonly periodMs: number;
  /** Where in the period the release begins, in periods: .25 is the busiest moment. @default 0 */
  readonly phase?: number;
  /** The error rates of both versions follow the same sine, with this amplitude; 0 to 1. @default 0 */
  readonly errorAmplitude?: number;
}

/** The counters of a version go back to 0, as they do when its pod restarts. */
export interface Reset {
  readonly version: VersionName;
  /** Again and again, at every multiple of this time but 0; ms, greater than 0. */
  readonly everyMs?: number;
  /** At these times, in ms since the release began. */
  readonly atMs?: readonly number[];
}

/** Users that make several requests, all of them to the version that served the first one. */
export interface Sessions {
  /** Requests of a session in the mean, greater than 0. */
  readonly meanRequests: number;
  /** Length of a session in the mean, greater than 0; exponentially distributed. */
  readonly meanSeconds: number;
  /** How much users differ: correlation of failures within a session, 0 to 1. @default 0 */
  readonly errorHeterogeneity?: number;
}

/** The traffic of a release, and all that makes it difficult to judge. */
export interface TrafficScenario {
  /** Requests of both versions in a second, at least 0. They arrive independently of each other (Poisson). */
  readonly requestsPerSecond: number;
  /** Time between two scrapes, ms. @default 15000 */
  readonly scrapeMs?: number;
  /** How long Prometheus has known the baseline before the release, ms; 0: not at all. @default 30 minutes */
  readonly historyMs?: number;
  /** @default "histogram" */
  readonly latency?: LatencyDetail;
  readonly baseline: VersionTraffic;
  readonly candidate: VersionTraffic;
  /** The candidate's; none by default. */
  readonly warmUp?: WarmUp;
  readonly diurnal?: Diurnal;
  readonly reset?: Reset;
  /** Each scrape is missed with this probability, of both versions together; 0 to 1. */
  readonly missedScrapes?: { readonly share: number };
  /**
   * Requests fail together: within a version and scrape interval any two of them have this correlation, 0 to 1, because the
   * share that fails is drawn anew for each interval from a Beta distribution.
   */
  readonly bursts?: { readonly correlation: number };
  /** Without it every request chooses its version by itself. */
  readonly sessions?: Sessions;
}

/** What a scenario leaves out. */
export const TRAFFIC_DEFAULTS = {
  scrapeMs: 15_000,
  historyMs: 1_800_000,
  latency: "histogram",
  versionLatency: { median: 100, sigma: 0.5 },
} as const;
