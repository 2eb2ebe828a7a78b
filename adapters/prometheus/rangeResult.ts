import { z } from "zod";
import { answerData, labelKey, malformed, parseValue, sample, shorten, unusable, type QueryFault } from "./queryResult";

/** One series of a range query. */
export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Oldest first; moments without a value are left out. */
  readonly points: readonly Point[];
}

export interface Point {
  /** ms since 1970. */
  readonly time: number;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** What came of a range query: series (none, one or many), or why there are none to be had. */
export type RangeResult = { readonly kind: "matrix"; readonly series: readonly RangeSeries[] } | QueryFault;

const matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(sample) })),
});

/**
 * Reads the body of a success answer of `/api/v1/query_range`.
 *
 * @param source what answered, for the detail of a fault
 */
export function parseMatrix(body: string, source: string): RangeResult {
  const answered = answerData(body, source);
  if (answered.kind === "fault") return answered;
  const checked = matrix.safeParse(answered.data);
  if (!checked.success) return unusable(answered.data, "matrix", body, source);
  const series: RangeSeries[] = [];
  const seen = new Set<string>();
  for (const { metric, values } of checked.data.result) {
    const key = labelKey(metric);
    if (seen.has(key)) return malformed(`${source} answered with two series of the same labels`);
    seen.add(key);
    const points: Point[] = [];
    for (const [seconds, text] of values) {
      const value = parseValue(text);
      const time = Math.round(seconds * 1000);
      if (value === undefined) return malformed(`${source} answered with the value ${shorten(text)}`);
      const before = points.at(-1)?.time ?? -Infinity;
      if (time <= before) return malformed(`${source} answered with points that are not in order`);
      points.push({ time, value });
    }
    series.push({ labels: metric, points });
  }
  return { kind: "matrix", series };
}
