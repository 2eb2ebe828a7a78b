import { nanoseconds, percentage, time, type Schema } from "./schema";
import { serinStatus } from "./serin";

const conclusions: Schema = {
  type: "array",
  description: "Sentences for a person.",
  "x-kubernetes-list-type": "atomic",
  items: { type: "string" },
};

const conditions: Schema = {
  type: "array",
  description: "MetricsSynced, TargetsProvided, ExperimentCompleted, ExperimentSucceeded and others.",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["type"],
  items: {
    type: "object",
    required: ["type", "status"],
    properties: {
      type: { type: "string", description: "What the condition is about." },
      status: { type: "string", description: "Whether it holds.", enum: ["True", "False", "Unknown"] },
      reason: { type: "string", description: "Why, as one word." },
      message: { type: "string", description: "Why, for a person." },
      severity: { type: "string", description: "How grave it is that the condition does not hold." },
      lastTransitionTime: { ...time, description: "When status last changed." },
    },
  },
};

const assessment: Schema = {
  type: "object",
  description: "The last assessment, in Iter8's form.",
  properties: {
    conclusions,
    all_success_criteria_met: { type: "boolean", description: "Whether the candidate met every criterion." },
    abort_experiment: { type: "boolean", description: "Whether the candidate had to be removed at once." },
    success_criteria: {
      type: "array",
      description: "One entry a criterion, in the order of spec.analysis.successCriteria.",
      "x-kubernetes-list-type": "atomic",
      items: {
        type: "object",
        required: ["metric_name", "conclusions", "success_criterion_met", "abort_experiment"],
        properties: {
          metric_name: { type: "string", description: "Name of the metric." },
          conclusions,
          success_criterion_met: { type: "boolean", description: "Whether the candidate met the criterion." },
          abort_experiment: { type: "boolean", description: "Whether the criterion alone ends the release." },
        },
      },
    },
  },
};

/** `status` of an Experiment. */
export const statusSchema: Schema = {
  type: "object",
  description: "Where the release stands. Written by its driver only.",
  properties: {
    observedGeneration: { type: "integer", format: "int64", description: "The generation that status is about." },
    conditions,
    createTimestamp: { ...nanoseconds, description: "When the release was first seen, in ns since 1970." },
    startTimestamp: { ...nanoseconds, description: "When the first iteration began, in ns since 1970." },
    endTimestamp: { ...nanoseconds, description: "When the release was over, in ns since 1970." },
    lastIncrementTime: { ...time, description: "When the present iteration began." },
    currentIteration: { type: "integer", description: "The iteration in progress, from 1; 0 before.", minimum: 0 },
    analysisState: {
      type: "object",
      description: "What the analysis remembers from one iteration to the next.",
      "x-kubernetes-preserve-unknown-fields": true,
    },
    grafanaURL: { type: "string", description: "A dashboard of the release." },
    assessment,
    trafficSplitPercentage: {
      type: "object",
      description: "Share of traffic of each version, in percent.",
      required: ["baseline", "candidate"],
      properties: {
        baseline: { ...percentage, description: "The baseline's share." },
        candidate: { ...percentage, description: "The candidate's share." },
      },
    },
    phase: {
      type: "string",
      description: "Pause also stands for waiting: for targets, or for metrics.",
      enum: ["Pause", "Progressing", "Completed"],
    },
    message: { type: "string", description: "What happened last, as 'Reason: text'." },
    serin: serinStatus,
  },
};
