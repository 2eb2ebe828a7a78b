import { z } from "zod";
import { DURATION_FORMAT } from "../../engine";
import { TRAFFIC_DEFAULTS, type LatencyDetail, type TrafficScenario } from "../traffic/scenario";
import { atLeastZero, duration, positive, share } from "./values";

const { median, sigma } = TRAFFIC_DEFAULTS.versionLatency;

const version = z.strictObject({
  errorRate: share.default(0.001),
  latency: z.strictObject({ median: positive.default(median), sigma: atLeastZero.default(sigma) }).prefault({}),
  tail: z.strictObject({ share, factor: positive }).optional(),
});

const warmUp = z
  .strictObject({ duration, errorRate: share.optional(), latencyFactor: positive.optional() })
  .transform(({ duration, ...others }) => ({ ...others, seconds: duration / 1000 }));

const diurnal = z
  .strictObject({
    amplitude: share,
    period: duration.default(86_400_000),
    phase: share.default(0),
    errorAmplitude: share.default(0),
  })
  .transform(({ period, ...others }) => ({ ...others, periodMs: period }));

const reset = z
  .strictObject({
    version: z.enum(["baseline", "candidate"]),
    every: duration.optional(),
    at: z.array(duration).min(1, "must have at least one time").optional(),
  })
  .refine(({ every, at }) => every !== undefined || at !== undefined, "must have 'every' or 'at'")
  .transform(({ version, every, at }) => ({ version, everyMs: every, atMs: at }));

const sessions = z
  .strictObject({ meanRequests: positive, meanDuration: duration, errorHeterogeneity: share.default(0) })
  .transform(({ meanDuration, ...others }) => ({ ...others, meanSeconds: meanDuration / 1000 }));

/** `traffic` of a scenario file. */
export const trafficSchema = z.strictObject({
  requestsPerSecond: positive,
  scrapeInterval: duration.default(TRAFFIC_DEFAULTS.scrapeMs),
  history: z.union([z.literal(0), duration], `must be 0 or ${DURATION_FORMAT}`).default(TRAFFIC_DEFAULTS.historyMs),
  baseline: version.prefault({}),
  candidate: version.prefault({}),
  warmUp: warmUp.optional(),
  diurnal: diurnal.optional(),
  reset: reset.optional(),
  missedScrapes: z.strictObject({ share }).optional(),
  bursts: z.strictObject({ correlation: share }).optional(),
  sessions: sessions.optional(),
});

/**
 * The traffic in the simulator's words.
 *
 * @param latency as much of it as the criteria need
 */
export function toTraffic(
  { scrapeInterval, history, ...traffic }: z.output<typeof trafficSchema>,
  latency: LatencyDetail,
): TrafficScenario {
  return { ...traffic, scrapeMs: scrapeInterval, historyMs: history, latency };
}
