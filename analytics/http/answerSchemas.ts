/** What the document says of answers. */
const text = { type: "string" };
const flag = { type: "boolean" };
const texts = { type: "array", items: text };

function object(properties: Readonly<Record<string, unknown>>, rest: Readonly<Record<string, unknown>> = {}) {
  return { type: "object", properties, ...rest };
}

const verdict = { conclusions: texts, abort_experiment: flag };

const version = object({
  metrics: {
    type: "array",
    items: object({
      metric_name: text,
      is_counter: flag,
      absent_value: text,
      statistics: object({ sample_size: { type: "integer" }, value: { type: "number", nullable: true } }),
    }),
  },
  traffic_percentage: { type: "number", description: "0 to 100" },
});

export const analysisAnswer = object(
  {
    metric_backend_url: { ...text, nullable: true, description: "Always null" },
    baseline: version,
    candidate: version,
    assessment: object({
      summary: object({ ...verdict, all_success_criteria_met: flag }),
      success_criteria: {
        type: "array",
        items: object({ metric_name: text, ...verdict, success_criterion_met: flag }),
      },
    }),
    _last_state: object({}, { description: "To be sent with the next request, as it is", additionalProperties: true }),
  },
  { description: "The assessment, and how to split the traffic" },
);

export const errorAnswer = object(
  {
    message: text,
    errors: object({}, { description: "By dotted path: what is wrong", additionalProperties: text }),
  },
  { description: "What is wrong", required: ["message"] },
);
