import type { Algorithm } from "./algorithms";
import { AnalysisError, ERRORS } from "./errors";
import { requestSchema } from "./requestSchema";
import { findFaults } from "./schema";
import type { AnalysisRequest, ByVersion, Criterion, MinMax, TimeRange } from "./types";

/** A criterion, and how its metric is read from Prometheus. */
export interface QueriedCriterion extends Criterion {
  readonly absentValue: string;
  /** PromQL with the placeholders `$interval`, `$offset_str` and `$entity_labels`. */
  readonly valueTemplate: string;
  readonly sampleSizeTemplate: string;
}

/** A request as it came in: what the analysis needs, and what it takes to get the readings. */
export interface FullRequest extends AnalysisRequest {
  readonly criteria: readonly QueriedCriterion[];
  /** The labels that single out each version in Prometheus. */
  readonly tags: ByVersion<Readonly<Record<string, string>>>;
}

/**
 * Reads the body of a request to one of Iter8 v0.1's algorithms and puts in Iter8's defaults.
 *
 * @param body the parsed JSON
 * @param parseTime ms since 1970 of an RFC 3339 time, or NaN
 * @throws {AnalysisError} when the body is not such a request
 */
export function readRequest(algorithm: Algorithm, body: unknown, parseTime: (text: string) => number): FullRequest {
  const errors = findFaults(requestSchema(algorithm), body);
  if (Object.keys(errors).length > 0) throw new AnalysisError(ERRORS.invalidPayload, errors);
  const { baseline, candidate, traffic_control: control, _last_state: lastState } = body as Body;
  return {
    criteria: control.success_criteria.map(readCriterion),
    traffic: {
      stepSize: control.step_size ?? 2,
      maxTrafficPercent: control.max_traffic_percent ?? 50,
      confidence: control.confidence ?? 0.95,
    },
    times: { baseline: readTimes(baseline, parseTime), candidate: readTimes(candidate, parseTime) },
    tags: { baseline: baseline.tags, candidate: candidate.tags },
    lastState,
  };
}

interface Body {
  readonly baseline: Version;
  readonly candidate: Version;
  readonly traffic_control: {
    readonly step_size?: number;
    readonly max_traffic_percent?: number;
    readonly confidence?: number;
    readonly success_criteria: readonly WireCriterion[];
  };
  readonly _last_state: unknown;
}

interface Version {
  readonly start_time: string;
  readonly end_time?: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface WireCriterion {
  readonly metric_name: string;
  readonly is_counter: boolean;
  readonly absent_value?: string;
  readonly metric_query_template: string;
  readonly metric_sample_size_query_template: string;
  readonly type: Criterion["type"];
  readonly value: number;
  readonly sample_size?: number;
  readonly stop_on_failure?: boolean;
  readonly min_max?: MinMax;
}

function readCriterion(wire: WireCriterion): QueriedCriterion {
  return {
    metricName: wire.metric_name,
    isCounter: wire.is_counter,
    absentValue: wire.absent_value ?? "0.0",
    valueTemplate: wire.metric_query_template,
    sampleSizeTemplate: wire.metric_sample_size_query_template,
    type: wire.type,
    value: wire.value,
    sampleSize: wire.sample_size ?? 10,
    stopOnFailure: wire.stop_on_failure ?? false,
    minMax: wire.min_max,
  };
}

function readTimes(version: Version, parseTime: (text: string) => number): TimeRange {
  const read = (text: string): number => {
    const time = parseTime(text);
    if (Number.isNaN(time)) throw new AnalysisError(`Unknown string format: ${text}`);
    return time;
  };
  return {
    start: read(version.start_time),
    end: version.end_time === undefined ? undefined : read(version.end_time),
  };
}
