import { locationShift } from "./mannWhitney";
import { perRequest, range } from "./promql";
import type { Decision, Rule, Seen } from "./rule";
import type { VersionCounters } from "../../../simulation/traffic/stream";

/** What a Kayenta canary stage sets, with its standard judge and two groups of equal weight, errors and latency. */
export interface KayentaSettings {
  /** Time of the looks, in ms; each looks at everything since the beginning. */
  readonly intervalMs: number;
  /** The last look is here, in ms. */
  readonly lifetimeMs: number;
  /** The candidate's share all along, in percent. */
  readonly weight: number;
  /** Distance of the points of a time series, in ms. */
  readonly stepMs: number;
  /** Confidence of the interval, two-sided. */
  readonly confidence: number;
  /** The interval has to begin beyond this part of the estimated shift. */
  readonly effect: number;
  /** Least ratio of the means for a metric to be judged as too high. */
  readonly allowedIncrease: number;
  /** A score at or under it ends the release at any look. */
  readonly marginal: number;
  /** Score that the last look needs. */
  readonly pass: number;
}

/**
 * The judge's own constants (confidence, effect, allowed increase), the usual scores 75 and 95, and the share of 10 % that
 * canary stages mostly have.
 */
export const KAYENTA = {
  weight: 10,
  stepMs: 60_000,
  confidence: 0.98,
  effect: 0.25,
  allowedIncrease: 1,
  marginal: 75,
  pass: 95,
} as const;

export type Classification = "pass" | "high" | "nodata";

/** Kayenta as a stage of five minutes with one look at its end, or of thirty with one every ten. */
export function kayenta(minutes: 5 | 30): Rule<undefined> {
  const lifetimeMs = minutes * 60_000;
  return kayentaRule({ ...KAYENTA, lifetimeMs, intervalMs: Math.min(lifetimeMs, 600_000) });
}

/**
 * Kayenta's NetflixACAJudge, direction "increase": the points of both versions, one a minute, are compared metric by
 * metric. The baseline is the primary at its own weight, so both metrics are values a request: errors in percent, so that the
 * resolution of the judge's root finder does no harm, and the mean latency. Minutes without a request count as 0 errors
 * (`replace`) and have no latency. The judge remembers nothing from look to look.
 */
export function kayentaRule(settings: KayentaSettings): Rule<undefined> {
  const { intervalMs, lifetimeMs, weight } = settings;
  const looks = Math.round(lifetimeMs / intervalMs);
  return {
    name: `Kayenta ${lifetimeMs / 60_000} min`,
    plan: `${weight} % for ${lifetimeMs / 60_000} min, ${looks === 1 ? "one look" : `${looks} looks`}`,
    planMs: lifetimeMs,
    intervalMs,
    judgesLatency: true,
    begin: () => ({ state: undefined, weight }),
    look: (_, seen) => kayentaDecision(settings, score(judge(settings, seen)), seen.at >= lifetimeMs),
  };
}

/** What a score means at a look. */
export function kayentaDecision(
  { weight, marginal, pass }: Pick<KayentaSettings, "weight" | "marginal" | "pass">,
  points: number,
  isLast: boolean,
): Decision<undefined> {
  if (points <= marginal || (isLast && points < pass)) return { state: undefined, weight: 0, verdict: "rolledBack" };
  return isLast ? { state: undefined, weight: 100, verdict: "promoted" } : { state: undefined, weight };
}

/**
 * The score of groups of one metric each and of equal weight, 0 to 100. A group without data counts as passed, but with
 * half of all metrics without data the score is 0.
 */
export function score(metrics: readonly Classification[]): number {
  const missing = metrics.filter((metric) => metric === "nodata").length;
  if (missing >= metrics.length / 2) return 0;
  return (100 * metrics.filter((metric) => metric !== "high").length) / metrics.length;
}

/**
 * How the judge classifies one metric: high when the candidate's points lie significantly above the baseline's, and by more
 * than an effect that is relative to the shift itself.
 */
export function classify(
  { confidence, effect, allowedIncrease }: Pick<KayentaSettings, "confidence" | "effect" | "allowedIncrease">,
  baseline: readonly number[],
  candidate: readonly number[],
): Classification {
  if (baseline.length === 0 || candidate.length === 0) return "nodata";
  const { estimate, lower } = locationShift(candidate, baseline, confidence);
  const significant = lower > effect * Math.abs(estimate);
  return significant && mean(candidate) >= allowedIncrease * mean(baseline) ? "high" : "pass";
}

function judge(settings: KayentaSettings, seen: Seen): readonly Classification[] {
  const errors = ({ errors: count }: VersionCounters): number => 100 * count;
  const latency = ({ durationSum }: VersionCounters): number => durationSum;
  const isValue = (value: number): boolean => !Number.isNaN(value);
  const noneIsZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
  const of = (version: "baseline" | "candidate", counter: typeof errors): readonly number[] =>
    points(settings, seen, version, counter);
  return [
    classify(settings, of("baseline", errors).map(noneIsZero), of("candidate", errors).map(noneIsZero)),
    classify(settings, of("baseline", latency).filter(isValue), of("candidate", latency).filter(isValue)),
  ];
}

/** The time series of a metric: its value a request over the last minute, at each step; NaN where there is none. */
function points(
  { stepMs }: KayentaSettings,
  { scrapes, at }: Seen,
  version: "baseline" | "candidate",
  counter: (counters: VersionCounters) => number,
): readonly number[] {
  const steps = Math.floor(at / stepMs);
  return Array.from({ length: steps }, (_, i) => {
    const minute = range(scrapes, (i + 1) * stepMs);
    return perRequest(minute, version, counter) ?? NaN;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
