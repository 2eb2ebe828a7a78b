import { isBayesian, type Algorithm } from "./algorithms";
import type { Schema } from "./schema";

type Members = Readonly<Record<string, Schema>>;

const text: Schema = { type: "string" };
const flag: Schema = { type: "boolean" };
const number: Schema = { type: "number" };
const anyObject: Schema = { type: "object" };

function object(required: Members, optional: Members = {}): Schema {
  return { type: "object", required: Object.keys(required), properties: { ...required, ...optional } };
}

const version = object({ start_time: text, tags: anyObject }, { end_time: text });

const minMax = object({ min: number, max: number });

const metric: Members = {
  metric_name: text,
  is_counter: flag,
  metric_query_template: text,
  metric_sample_size_query_template: text,
};

const reward = object(metric, { absent_value: text, min_max: minMax });

function criterion(bayesian: boolean): Schema {
  return object(
    { ...metric, type: { type: "string", enum: ["delta", "threshold"] }, value: number },
    {
      absent_value: text,
      stop_on_failure: flag,
      ...(bayesian ? { min_max: minMax } : { sample_size: { type: "integer" } }),
    },
  );
}

function trafficControl(algorithm: Algorithm): Schema {
  const bayesian = isBayesian(algorithm);
  return object(
    { success_criteria: { type: "array", items: criterion(bayesian) } },
    {
      max_traffic_percent: { type: "number", minimum: { value: 0, text: "0.0" } },
      ...(bayesian ? { confidence: number } : {}),
      ...(algorithm === "check_and_increment"
        ? { step_size: { type: "number", minimum: { value: 0.1, text: "0.1" } } }
        : {}),
      reward,
    },
  );
}

/** What a request to one of Iter8 v0.1's algorithms must be like. Members that it does not name are allowed. */
export function requestSchema(algorithm: Algorithm): Schema {
  return object({
    baseline: version,
    candidate: version,
    traffic_control: trafficControl(algorithm),
    _last_state: anyObject,
  });
}
