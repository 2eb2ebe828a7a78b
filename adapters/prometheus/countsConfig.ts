import { z } from "zod";
import { DIRECTIONS } from "../../engine";
import type { CountsDefinition } from "./metricDefinition";
import { MetricsConfigError } from "./metricsConfigData";

const KINDS = ["ratio", "mean", "percentile"] as const;

type TemplateMember = "total_query_template" | "part_query_template" | "buckets_query_template";

/** Members of a metric's entry that say what the metric is made of, and what is good; Serin's own. */
export const countMembers = {
  kind: z.enum(KINDS, { error: ({ input }) => notOneOf(input, KINDS) }).optional(),
  total_query_template: z.string().optional(),
  part_query_template: z.string().optional(),
  buckets_query_template: z.string().optional(),
  quantile: z
    .custom<number>((value) => typeof value === "number" && value > 0 && value < 1, {
      error: ({ input }) => `${JSON.stringify(input)} is not a number greater than 0 and less than 1`,
    })
    .optional(),
  preferred_direction: z.enum(DIRECTIONS, { error: ({ input }) => notOneOf(input, DIRECTIONS) }).optional(),
};

type Entry = z.infer<z.ZodObject<typeof countMembers>> & { readonly is_counter: boolean };

/** Which members each kind needs, and which it takes; a percentile's own buckets count its requests, too. */
const NEEDS: Readonly<Record<(typeof KINDS)[number], readonly (TemplateMember | "quantile")[]>> = {
  ratio: ["total_query_template", "part_query_template"],
  mean: ["total_query_template", "part_query_template"],
  percentile: ["buckets_query_template", "quantile"],
};
const TAKES = { ...NEEDS, percentile: [...NEEDS.percentile, "total_query_template"] };
const ALL = ["total_query_template", "part_query_template", "buckets_query_template", "quantile"] as const;

/**
 * What a metric is made of; undefined when its entry does not say.
 *
 * @param template the query by this name
 * @throws {MetricsConfigError} when members are missing, or do not go together
 */
export function countsOf(
  metric: string,
  entry: Entry,
  template: (name: string) => string,
): CountsDefinition | undefined {
  const fail = (text: string) =>
    new MetricsConfigError("InvalidMetricsConfigMap", `metric '${metric}': ${text}`, metric);
  const { kind } = entry;
  const given = ALL.filter((member) => entry[member] !== undefined);
  if (kind === undefined) {
    const [first] = given;
    if (first === undefined) return undefined;
    throw fail(`kind: is missing, but ${first} is given; allowed: ${KINDS.join(", ")}`);
  }
  if (entry.is_counter) {
    throw fail(`kind: '${kind}' is not for a metric whose is_counter is True; leave one of them out`);
  }
  const missing = NEEDS[kind].find((member) => entry[member] === undefined);
  if (missing !== undefined) {
    throw fail(`${missing}: is missing; kind ${kind} needs ${NEEDS[kind].join(" and ")}`);
  }
  const strange = given.find((member) => !TAKES[kind].includes(member));
  if (strange !== undefined) {
    throw fail(`${strange}: '${entry[strange]}' is not for kind ${kind}, which takes ${TAKES[kind].join(", ")}`);
  }
  const query = (member: TemplateMember): string => template(entry[member] ?? "");
  if (kind === "percentile") {
    return { kind, buckets: query("buckets_query_template"), quantile: entry.quantile ?? NaN };
  }
  return { kind, total: query("total_query_template"), part: query("part_query_template") };
}

function notOneOf(input: unknown, allowed: readonly string[]): string {
  return `${typeof input === "string" ? `'${input}'` : JSON.stringify(input)} is not one of ${allowed.join(", ")}`;
}
