import { ANALYSIS_MODES, STAGES, TOLERANCE_TYPES, VERDICTS } from "../../../engine";
import { DEFAULTS } from "../experiment/read";
import { DRIVERS, HISTORY_LIMIT } from "../experiment/resource";
import { duration, percentage, time, type Schema } from "./schema";

const errorRate: Schema = {
  type: "number",
  minimum: 0,
  exclusiveMinimum: true,
  maximum: 0.5,
  default: 0.05,
};

const count: Schema = { type: "integer", format: "int64", minimum: 0 };

/** `spec.serin`: what Serin adds to Iter8's specification. Every field has a default. */
export const serinSpec: Schema = {
  type: "object",
  description: "What Serin adds to Iter8's specification.",
  default: {},
  properties: {
    prometheusURL: {
      type: "string",
      description: "Base URL of the Prometheus HTTP API. Default: the driver's own setting.",
      pattern: "^https?://[^\\s]+$",
      maxLength: 2048,
    },
    driver: {
      type: "string",
      description: "Who drives the release: the controller (by default), or a `pulumi up`. The drivers change it.",
      enum: [...DRIVERS],
    },
    maxStall: {
      ...duration,
      description:
        "Longest time without usable metrics, or with a weight not in effect, before the release is inconclusive.",
      default: DEFAULTS.maxStall,
    },
    maxSampleAge: {
      ...duration,
      description: "Oldest that the newest sample may be; best twice Prometheus' scrape interval or more.",
      default: DEFAULTS.maxSampleAge,
    },
    readyTimeout: {
      ...duration,
      description: "Longest wait for both versions to be Ready.",
      default: DEFAULTS.readyTimeout,
    },
    gracePeriod: {
      ...duration,
      description: "Time between the loser's last request and its removal.",
      default: DEFAULTS.gracePeriod,
    },
    propagation: {
      ...duration,
      "x-kubernetes-validations": [
        { rule: "duration(self) <= duration('5m')", message: "must be at most 5m, such as 1s; 0s: no time" },
      ],
      description: "How long a subset has to be there before the route names it; in a large mesh, istiod needs longer.",
      default: DEFAULTS.propagation,
    },
    onForeignEdit: {
      type: "string",
      description: "What to do when somebody else changes the route: put it right, or pause the release.",
      enum: ["correct", "pause"],
      default: DEFAULTS.onForeignEdit,
    },
    analysis: {
      type: "object",
      description: "How evidence is judged.",
      properties: {
        mode: {
          type: "string",
          description: "sequential: an always-valid test. point: Iter8's comparison of values. Default: by strategy.",
          enum: ANALYSIS_MODES,
        },
        alpha: { ...errorRate, description: "Largest probability of rolling a good candidate back." },
        beta: { ...errorRate, description: "Largest probability of promoting one that is beyond a tolerance." },
        warmup: { ...duration, description: "Time at the start that is no evidence and holds the weight." },
      },
    },
    budget: {
      type: "object",
      description: "A limit on the harm that the release itself may do. Default: none.",
      required: ["failedRequests"],
      properties: {
        failedRequests: {
          type: "number",
          description: "Requests that may fail because of the candidate.",
          minimum: 0,
          exclusiveMinimum: true,
        },
        metric: {
          type: "string",
          description: "Metric of a criterion that is the share of failed requests.",
          default: DEFAULTS.budgetMetric,
        },
      },
    },
    attempt: {
      type: "string",
      description: "Identifies the try: the same candidate with the same attempt is never tried twice.",
      maxLength: 253,
      default: "",
    },
  },
};

const evidenceStrength: Schema = {
  type: "object",
  description: "Strength of the evidence, as e-values. Sequential analysis only.",
  required: ["harm", "harmNeeded", "safety", "safetyNeeded"],
  properties: {
    harm: { type: "number", description: "That the candidate is beyond the tolerance." },
    harmNeeded: { type: "number", description: "What rolls the candidate back." },
    safety: { type: "number", description: "That the candidate is within the tolerance." },
    safetyNeeded: { type: "number", description: "What is needed for promotion." },
  },
};

const criterion: Schema = {
  type: "object",
  description: "What the last assessment showed for one criterion.",
  required: ["metric", "toleranceType", "tolerance", "baselineSamples", "candidateSamples", "met", "reason"],
  properties: {
    metric: { type: "string", description: "Name of the metric." },
    toleranceType: { type: "string", description: "How tolerance is meant.", enum: TOLERANCE_TYPES },
    tolerance: { type: "number", description: "The tolerance, as specified." },
    unit: { type: "string", description: "Unit of the metric's values, such as ms." },
    limit: {
      type: "number",
      description:
        "Value up to which (higher is better: from which on) it would have been met; absent when there is none.",
    },
    baseline: { type: "number", description: "Value of the baseline; absent when there is none." },
    baselineSamples: { ...count, description: "Requests behind the baseline's value." },
    candidate: { type: "number", description: "Value of the candidate; absent when there is none." },
    candidateSamples: { ...count, description: "Requests behind the candidate's value." },
    met: { type: "boolean", description: "Whether the candidate met the criterion." },
    evidence: evidenceStrength,
    reason: { type: "string", description: "One sentence for a person." },
  },
};

const pastIteration: Schema = {
  type: "object",
  description: "One iteration that is over.",
  required: ["iteration", "startedAt", "assessedAt", "weight", "nextWeight", "met", "reason"],
  properties: {
    iteration: { ...count, description: "Its number, from 1." },
    startedAt: { ...time, description: "When it began." },
    assessedAt: { ...time, description: "When it was judged." },
    weight: { ...percentage, description: "The candidate's share of traffic during the iteration, in percent." },
    nextWeight: { ...percentage, description: "The candidate's share decided at its end, in percent." },
    met: { type: "boolean", description: "Whether all criteria were met." },
    reason: { type: "string", description: "One sentence for a person." },
  },
};

/** `status.serin`: what Serin remembers beside Iter8's status. */
export const serinStatus: Schema = {
  type: "object",
  description: "What Serin remembers beside Iter8's status.",
  required: ["stage", "createdAt", "reason"],
  properties: {
    stage: { type: "string", description: "Where the release stands.", enum: STAGES },
    createdAt: { ...time, description: "When the release was first seen." },
    startedAt: { ...time, description: "When the first iteration began; metrics count from here." },
    iterationStartedAt: { ...time, description: "When the present iteration began." },
    stalledSince: {
      ...time,
      description: "Since when there have been no usable metrics, or the weight is not in effect.",
    },
    decidedAt: { ...time, description: "When the verdict fell." },
    endedAt: { ...time, description: "When nothing was left to do." },
    paused: { type: "boolean", description: "Whether a person paused the release." },
    verdict: { type: "string", description: "How the release ended.", enum: VERDICTS },
    winner: { type: "string", description: "The Deployment that ended with all traffic." },
    reason: { type: "string", description: "One sentence for a person: why it waits, holds, or ended." },
    forecast: {
      type: "object",
      description: "What was to be expected when the release began: schedule, durations, what it can find.",
      "x-kubernetes-preserve-unknown-fields": true,
    },
    criteria: {
      type: "array",
      description: "The evidence of the last assessment.",
      "x-kubernetes-list-type": "atomic",
      items: criterion,
    },
    history: {
      type: "array",
      description: `The last iterations, oldest first; at most ${HISTORY_LIMIT}.`,
      maxItems: HISTORY_LIMIT,
      "x-kubernetes-list-type": "atomic",
      items: pastIteration,
    },
  },
};
