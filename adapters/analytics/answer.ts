import { z } from "zod";
import type { JudgedCriterion, LastState, Observation } from "../../engine";
import type { MetricDefinition } from "../prometheus/metricDefinition";
import { shorten } from "../prometheus/queryResult";

/** Largest `_last_state` that is kept: it goes into the record, and the API server stores no more than 1.5 MB. */
const LARGEST_STATE_BYTES = 64 * 1024;
const MOST_CONCLUSIONS = 20;
const LONGEST_CONCLUSION = 500;

const conclusions = z
  .array(z.string())
  .transform((texts) => texts.slice(0, MOST_CONCLUSIONS).map((text) => printable(text).slice(0, LONGEST_CONCLUSION)))
  .catch([]);
const metrics = z
  .array(
    z.object({
      metric_name: z.string(),
      statistics: z.object({ sample_size: z.number().nullish(), value: z.number().nullish() }).nullish(),
    }),
  )
  .catch([]);
const criteria = z
  .array(
    z.object({
      metric_name: z.string(),
      conclusions,
      success_criterion_met: z.boolean(),
      abort_experiment: z.boolean(),
    }),
  )
  .optional()
  .catch(undefined);

// What the release cannot go on without is required; the rest is used when it is there and as it should be.
const answer = z.object({
  assessment: z.object({
    summary: z.object({ all_success_criteria_met: z.boolean(), abort_experiment: z.boolean(), conclusions }),
    success_criteria: criteria,
  }),
  baseline: z.object({ metrics }).catch({ metrics: [] }),
  candidate: z.object({ traffic_percentage: z.number(), metrics }),
  // Not copied: whatever is in it goes back as it came.
  _last_state: z
    .custom<LastState>((value) => typeof value === "object" && !Array.isArray(value), "must be an object")
    .nullish(),
});

type Answer = z.infer<typeof answer>;

/**
 * Reads the body of a success answer.
 *
 * @param definitions the metrics that were asked about, one a criterion
 * @param source what answered, for the detail of a fault
 */
export function readAnswer(body: string, definitions: readonly MetricDefinition[], source: string): Observation {
  const json = parseJson(body);
  if (json === undefined) return malformed(`${source} answered with something else than JSON: ${excerpt(body)}`);
  const checked = answer.safeParse(json);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "its body" : `'${issue.path.join(".")}'`;
    return malformed(`${source} answered with what cannot be used: ${where}: ${issue?.message ?? "not as expected"}`);
  }
  const { assessment, candidate, _last_state: lastState } = checked.data;
  if (lastState && Buffer.byteLength(JSON.stringify(lastState)) > LARGEST_STATE_BYTES) {
    return malformed(`${source} wants more than ${LARGEST_STATE_BYTES} bytes of '_last_state' to be kept`);
  }
  const told = criteriaOf(checked.data, definitions);
  return {
    kind: "judged",
    allMet: assessment.summary.all_success_criteria_met,
    abort: assessment.summary.abort_experiment,
    candidateWeight: candidate.traffic_percentage,
    conclusions: assessment.summary.conclusions,
    ...(told && { criteria: told }),
    ...(lastState && { lastState }),
  };
}

/** The message of an error answer: Iter8's own, and which members it is about; undefined when the body holds none. */
export function errorMessage(body: string): string | undefined {
  const said = z
    .object({ message: z.string(), errors: z.record(z.string(), z.string()).optional().catch(undefined) })
    .safeParse(parseJson(body));
  if (!said.success) return undefined;
  const members = Object.entries(said.data.errors ?? {}).map(([path, message]) => `${path}: ${message}`);
  return excerpt([said.data.message, ...members].join(" "));
}

/** What is said of each criterion; undefined unless it is said of the very criteria that were asked about. */
function criteriaOf(
  { assessment, baseline, candidate }: Answer,
  definitions: readonly MetricDefinition[],
): JudgedCriterion[] | undefined {
  const told = assessment.success_criteria ?? [];
  const isComplete =
    told.length === definitions.length && told.every(({ metric_name }, i) => metric_name === definitions[i]?.name);
  if (told.length === 0 || !isComplete) return undefined;
  const seen = (version: typeof baseline, i: number) => {
    const found = version.metrics[i];
    const statistics = found?.metric_name === definitions[i]?.name ? found?.statistics : undefined;
    return { value: statistics?.value ?? null, sampleSize: Math.max(0, statistics?.sample_size ?? 0) };
  };
  return told.map((one, i) => ({
    met: one.success_criterion_met,
    abort: one.abort_experiment,
    conclusions: one.conclusions,
    unit: definitions[i]?.unit ?? "",
    baseline: seen(baseline, i),
    candidate: seen(candidate, i),
  }));
}

function malformed(detail: string): Observation {
  return { kind: "unavailable", fault: "malformed", detail: `${detail}.` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function excerpt(text: string): string {
  return shorten(printable(text));
}

/** A service's text ends up on terminals. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}
