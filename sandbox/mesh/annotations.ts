import type { Labels } from "./model";

const prefix = "mesh.serin.dev/";

/** What a pod does to a request: latency as a log-normal distribution, and the share of requests it fails. */
export interface Quality {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errorRate: number;
}

export interface Behaviour {
  readonly quality: Quality;
  readonly warmUpMs: number;
  readonly warmUpFactor: number;
  /** The quality that holds from `afterMs` on, counted from the pod's first request. */
  readonly change: { readonly afterMs: number; readonly quality: Quality } | undefined;
  /** Memory that the pod holds on to, from its start. Only a pod that runs does so: the simulated mesh takes no heed. */
  readonly memoryGrowthMibPerMinute: number;
}

/** Called for each annotation that cannot be used as it stands, with a text that names key, value and remedy. */
export type OnProblem = (problem: string) => void;

interface Range {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}

const latency: Range = { least: 0.001, most: 3_600_000, unit: "milliseconds" };
const seconds: Range = { least: 0, most: 31_536_000, unit: "seconds" };
const share: Range = { least: 0, most: 1, unit: "the share of requests" };
const rate: Range = { least: 0, most: 10_000, unit: "requests per second" };
const factor: Range = { least: 0.001, most: 1_000, unit: "a factor" };
const growth: Range = { least: 0, most: 10_000, unit: "MiB per minute" };

const serviceKeys = ["requests-per-second", "gateway-host"];
const changeKeys = ["after-error-rate", "after-latency-p50-ms", "after-latency-p99-ms"];
const podKeys = [
  "latency-p50-ms",
  "latency-p99-ms",
  "error-rate",
  "warm-up-seconds",
  "warm-up-factor",
  "change-after-seconds",
  ...changeKeys,
  "memory-growth-mib-per-minute",
];

/** The rate of requests that a Service asks for, undefined if it asks for none. */
export function readRate(annotations: Labels, onProblem: OnProblem): number | undefined {
  reportUnknown(annotations, serviceKeys, onProblem);
  return read(annotations, "requests-per-second", rate, undefined, onProblem);
}

/**
 * The host by which a Service's requests come in through the ingress gateway; undefined when they come from inside the mesh.
 * The simulated mesh has no gateway.
 */
export function readGatewayHost(annotations: Labels): string | undefined {
  return annotations[`${prefix}gateway-host`] || undefined;
}

/** The behaviour that a pod's annotations describe. */
export function readBehaviour(annotations: Labels, onProblem: OnProblem): Behaviour {
  reportUnknown(annotations, podKeys, onProblem);
  const quality = readQuality(annotations, "", { p50Ms: 20, p99Ms: 60, errorRate: 0 }, onProblem);
  const afterSeconds = read(annotations, "change-after-seconds", seconds, undefined, onProblem);
  if (afterSeconds === undefined) {
    const idle = changeKeys.find((key) => prefix + key in annotations);
    if (idle) onProblem(`annotation ${prefix}${idle} does nothing without ${prefix}change-after-seconds`);
  }
  return {
    quality,
    warmUpMs: 1000 * read(annotations, "warm-up-seconds", seconds, 0, onProblem),
    warmUpFactor: read(annotations, "warm-up-factor", factor, 2, onProblem),
    change:
      afterSeconds === undefined
        ? undefined
        : { afterMs: 1000 * afterSeconds, quality: readQuality(annotations, "after-", quality, onProblem) },
    memoryGrowthMibPerMinute: read(annotations, "memory-growth-mib-per-minute", growth, 0, onProblem),
  };
}

/** A p99 that is not given keeps the shape of `base`: its ratio of p99 to p50. */
function readQuality(annotations: Labels, variant: "" | "after-", base: Quality, onProblem: OnProblem): Quality {
  const p50Ms = read(annotations, `${variant}latency-p50-ms`, latency, base.p50Ms, onProblem);
  const p99Default = p50Ms * (base.p99Ms / base.p50Ms);
  const atLeastMedian = { ...latency, least: p50Ms };
  return {
    p50Ms,
    p99Ms: read(annotations, `${variant}latency-p99-ms`, atLeastMedian, p99Default, onProblem),
    errorRate: read(annotations, `${variant}error-rate`, share, base.errorRate, onProblem),
  };
}

function read<T extends number | undefined>(
  annotations: Labels,
  key: string,
  range: Range,
  fallback: T,
  onProblem: OnProblem,
): number | T {
  const text = annotations[prefix + key];
  if (text === undefined) return fallback;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
  if (value >= range.least && value <= range.most) return value;
  const instead = fallback === undefined ? "it is ignored" : `${fallback} is used`;
  onProblem(
    `annotation ${prefix}${key} is "${text}", must be a number from ${range.least} to ${range.most} (${range.unit}); ` +
      instead,
  );
  return fallback;
}

function reportUnknown(annotations: Labels, known: readonly string[], onProblem: OnProblem): void {
  for (const key of Object.keys(annotations)) {
    if (key.startsWith(prefix) && !known.includes(key.slice(prefix.length))) {
      onProblem(`annotation ${key} is not known here; known are ${known.map((one) => prefix + one).join(", ")}`);
    }
  }
}
