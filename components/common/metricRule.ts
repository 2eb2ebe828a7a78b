import { z } from "zod";
import { text } from "./rules";

/** Short of what separates the names of its queries. */
const metricName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const share = "must be a number between 0 and 1";
const metric = z
  .looseObject(
    {
      query: text,
      sampleSizeQuery: text,
      kind: z.enum(["ratio", "mean", "percentile"], "must be ratio, mean, percentile or left out").optional(),
      preferredDirection: z.enum(["lower", "higher"], "must be lower or higher").optional(),
      absentValue: z.number("must be a number").optional(),
      totalQuery: text.optional(),
      partQuery: text.optional(),
      bucketsQuery: text.optional(),
      quantile: z.number(share).gt(0, share).lt(1, share).optional(),
    },
    "must be a metric",
  )
  .refine(
    ({ kind, totalQuery, partQuery }) => (kind !== "ratio" && kind !== "mean") || (totalQuery && partQuery),
    "must have totalQuery and partQuery, for it is a ratio or a mean",
  )
  .refine(
    ({ kind, bucketsQuery, quantile }) => kind !== "percentile" || (bucketsQuery && quantile),
    "must have bucketsQuery and quantile, for it is a percentile",
  );
/** For metrics of one's own, by their names. */
export const metricRule = z.record(z.string().regex(metricName), metric, {
  error: ({ code }) =>
    code === "invalid_key"
      ? "must have a name of letters, digits, '_', '.' and '-' that begins with a letter or '_'"
      : "must be metrics by their names",
});
