import { DIRECTIONS, TOLERANCE_TYPES } from "../../../engine";
import type { Schema } from "./schema";

const metricName: Schema = { type: "string", description: "Name of a known metric.", minLength: 1, maxLength: 253 };

const minMax: Schema = {
  type: "object",
  description: "Range that the metric's values lie in; used by the bayesian strategies.",
  required: ["min", "max"],
  properties: {
    min: { type: "number", description: "Smallest possible value." },
    max: { type: "number", description: "Largest possible value." },
  },
  "x-kubernetes-validations": [{ rule: "self.min < self.max", message: "min must be less than max" }],
};

const successCriterion: Schema = {
  type: "object",
  description: "A condition on one metric of the candidate.",
  required: ["metricName", "toleranceType", "tolerance"],
  properties: {
    metricName,
    toleranceType: {
      type: "string",
      description:
        "threshold: candidate <= tolerance. delta: candidate <= (1 + tolerance) x baseline. " +
        "With direction higher: >=, and 1 - tolerance.",
      enum: TOLERANCE_TYPES,
    },
    tolerance: {
      type: "number",
      description: "The limit, in the metric's unit, or as a share of the baseline's value.",
    },
    sampleSize: {
      type: "integer",
      description: "Requests that a version must have had before its value counts.",
      minimum: 0,
      default: 10,
    },
    min_max: minMax,
    direction: {
      type: "string",
      description: "Whether small or large values are good; with higher the limit is a least value. Serin's own.",
      enum: DIRECTIONS,
      default: "lower",
    },
    floor: {
      type: "number",
      description: "With a delta on a ratio: a share at or under which the candidate is good in any case. Serin's own.",
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 1,
      exclusiveMaximum: true,
    },
    stopOnFailure: {
      type: "boolean",
      description: "Roll back as soon as the criterion fails with enough samples, instead of holding the traffic.",
      default: false,
    },
  },
};

/** `spec.analysis` of an Experiment. */
export const analysis: Schema = {
  type: "object",
  description: "What the candidate is judged by.",
  default: {},
  properties: {
    analyticsService: {
      type: "string",
      // No default, unlike Iter8's: whoever names none is judged by Serin.
      description:
        "Base URL of an analytics service with the REST API of Iter8 v0.1, to judge the candidate. Default: Serin judges.",
      maxLength: 2048,
    },
    grafanaEndpoint: {
      type: "string",
      description: "Base URL of Grafana, for status.grafanaURL.",
      default: "http://localhost:3000",
    },
    successCriteria: {
      type: "array",
      description: "All of them must be met for the traffic to grow and for the candidate to be promoted.",
      maxItems: 100,
      "x-kubernetes-list-type": "atomic",
      items: successCriterion,
    },
    reward: {
      type: "object",
      description: "The metric that the bayesian strategies maximise.",
      required: ["metricName"],
      properties: { metricName, min_max: minMax },
    },
  },
};
