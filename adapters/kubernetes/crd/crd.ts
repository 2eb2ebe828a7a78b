import { ACTIONS } from "../../../engine";
import { GROUP, KIND, PLURAL, VERSION } from "../experiment/resource";
import type { Schema } from "./schema";
import { specSchema } from "./spec";
import { statusSchema } from "./status";

const metrics: Schema = {
  type: "object",
  description: "Definitions of the metrics that the criteria name. Written by the driver, once.",
  additionalProperties: {
    type: "object",
    required: ["query_template", "sample_size_template", "is_counter", "absent_value"],
    properties: {
      query_template: { type: "string", description: "PromQL of the value, with placeholders." },
      sample_size_template: { type: "string", description: "PromQL of the number of requests behind the value." },
      is_counter: { type: "string", description: "Whether the value grows with traffic: True or False." },
      absent_value: { type: "string", description: "The value when there is no row, or None." },
    },
  },
};

/** Iter8's columns in Iter8's order (it does name two of them alike, which the API server allows), then Serin's. */
const printerColumns = [
  { name: "phase", type: "string", jsonPath: ".status.phase", description: "Pause, Progressing or Completed" },
  { name: "status", type: "string", jsonPath: ".status.message", description: "What happened last" },
  { name: "baseline", type: "string", jsonPath: ".spec.targetService.baseline", description: "The version before" },
  {
    name: "percentage",
    type: "number",
    jsonPath: ".status.trafficSplitPercentage.baseline",
    description: "The baseline's share of traffic",
  },
  { name: "candidate", type: "string", jsonPath: ".spec.targetService.candidate", description: "The version on trial" },
  {
    name: "percentage",
    type: "number",
    jsonPath: ".status.trafficSplitPercentage.candidate",
    description: "The candidate's share of traffic",
  },
  { name: "verdict", type: "string", jsonPath: ".status.serin.verdict", description: "How the release ended" },
  {
    name: "iteration",
    type: "integer",
    jsonPath: ".status.currentIteration",
    description: "The iteration in progress",
  },
  { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
] as const;

const experimentSchema: Schema = {
  type: "object",
  description: "One canary release of one Kubernetes Service on Istio.",
  required: ["spec"],
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object" },
    spec: specSchema,
    action: {
      type: "string",
      description: "What a person asks of the running release.",
      enum: [...ACTIONS, ""],
    },
    metrics,
    status: statusSchema,
  },
};

/**
 * The CustomResourceDefinition of `experiments.iter8.tools`, exactly as JSON or YAML spell it.
 *
 * Mind that `@kubernetes/client-node` renames some keys (`default`, `enum`, `x-kubernetes-*`) in its typed calls and
 * silently drops the ones spelt as here: hand it `loadYaml(experimentCrdYaml())`.
 */
export const experimentCrd = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${PLURAL}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: {
      kind: KIND,
      listKind: `${KIND}List`,
      plural: PLURAL,
      singular: "experiment",
      categories: ["all", "iter8"],
    },
    versions: [
      {
        name: VERSION,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: printerColumns,
        schema: { openAPIV3Schema: experimentSchema },
      },
    ],
  },
} as const;
