import { ON_SUCCESS, STRATEGIES } from "../../../engine";
import { analysis } from "./analysis";
import { duration, objectName, positivePercentage, unusedReferenceFields, type Schema } from "./schema";
import { serinSpec } from "./serin";

const targetService: Schema = {
  type: "object",
  description: "The Service under release and its two versions.",
  required: ["name", "baseline", "candidate"],
  properties: {
    apiVersion: { type: "string", description: "API version of the Service; v1 is the only one supported." },
    kind: { type: "string", description: "Kind of the target. Default: Service." },
    name: { ...objectName, maxLength: 63, description: "Name of the Kubernetes Service." },
    namespace: { ...objectName, maxLength: 63, description: "Namespace of the Service. Default: the experiment's." },
    baseline: { ...objectName, description: "Name of the Deployment that serves now." },
    candidate: { ...objectName, description: "Name of the Deployment on trial." },
    ...unusedReferenceFields,
  },
};

// A step above the maximum is let through: Iter8 clips it, and its defaults (2 and 50) need not agree with the one
// value that a user sets.
const trafficControl: Schema = {
  type: "object",
  description: "How traffic moves from the baseline to the candidate.",
  default: {},
  properties: {
    strategy: {
      type: "string",
      description: "How the candidate's share follows from its assessments.",
      enum: STRATEGIES,
      default: "check_and_increment",
    },
    maxTrafficPercentage: {
      ...positivePercentage,
      description: "Highest share of traffic that the candidate gets while it is judged, in percent.",
      default: 50,
    },
    trafficStepSize: {
      ...positivePercentage,
      description: "Percentage points that the candidate gains in an iteration that met all criteria.",
      default: 2,
    },
    interval: { ...duration, description: "Length of an iteration, such as 30s or 1m30s.", default: "1m" },
    maxIterations: {
      type: "integer",
      description: "Number of iterations after which the verdict falls.",
      minimum: 1,
      default: 100,
    },
    onSuccess: {
      type: "string",
      description: "Who gets all traffic when the candidate succeeds; both keeps the last split.",
      enum: ON_SUCCESS,
      default: "candidate",
    },
    confidence: {
      type: "number",
      description: "Bayesian strategies: what their confidence is measured by in messages, between 0 and 1.",
      minimum: 0,
      maximum: 1,
      default: 0.95,
    },
  },
};

const routingReference: Schema = {
  type: "object",
  description: "An existing VirtualService that carries the release, instead of one made for it.",
  required: ["name"],
  properties: {
    apiVersion: { type: "string", description: "API version of the VirtualService." },
    kind: { type: "string", description: "Kind of the rule; VirtualService is the only one supported." },
    name: { ...objectName, description: "Name of the VirtualService." },
    namespace: { ...objectName, maxLength: 63, description: "Its namespace. Default: the experiment's." },
    ...unusedReferenceFields,
  },
};

/** `spec` of an Experiment. */
export const specSchema: Schema = {
  type: "object",
  description: "What the release is asked to do.",
  required: ["targetService"],
  properties: {
    targetService,
    trafficControl,
    analysis,
    cleanup: {
      type: "string",
      description: "Set to delete to remove the losing Deployment at the end. Default: keep it.",
      enum: ["delete"],
    },
    routingReference,
    serin: serinSpec,
  },
};
