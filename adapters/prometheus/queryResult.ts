import { z } from "zod";
import type { Fault } from "../../engine";

/** One row of an instant vector. */
export interface Row {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
  /** When the value was computed, in ms since 1970. */
  readonly timestamp: number;
}

/** What came of a query: rows (none, one or many), or why there are none to be had. */
export type QueryResult = { readonly kind: "vector"; readonly rows: readonly Row[] } | QueryFault;

export interface QueryFault {
  readonly kind: "fault";
  readonly fault: Fault;
  /** One sentence for a person, without its full stop. */
  readonly detail: string;
  /** Set when Prometheus reported success and sent no data at all. Never evidence; Iter8 reads it as "no value". */
  readonly noData?: true;
}

/** Time in seconds since 1970, and the value. */
export const sample = z.tuple([z.number(), z.string()]);
const answer = z.object({
  status: z.string(),
  data: z.unknown().optional(),
  error: z.string().nullish(),
});
const vector = z.object({ resultType: z.literal("vector"), result: z.array(z.unknown()) });
const scalar = z.object({ resultType: z.literal("scalar"), result: sample });

/**
 * Reads the body of a success answer of `/api/v1/query`.
 *
 * @param source what answered, for the detail of a fault
 */
export function parseAnswer(body: string, source: string): QueryResult {
  const answered = answerData(body, source);
  if (answered.kind === "fault") return answered;
  const { data } = answered;
  const one = scalar.safeParse(data);
  if (one.success) return rows([{ metric: {}, value: one.data.result }], source);
  const many = vector.safeParse(data);
  return many.success && many.data.result.every(isRow)
    ? rows(many.data.result, source)
    : unusable(data, "vector", body, source);
}

/** What a success answer holds, whatever was asked. */
export function answerData(
  body: string,
  source: string,
): { readonly kind: "data"; readonly data: unknown } | QueryFault {
  const checked = answer.safeParse(parseJson(body));
  if (!checked.success) return malformed(`${source} answered something else than Prometheus would: ${shorten(body)}`);
  const { status, data, error } = checked.data;
  if (status === "success") return { kind: "data", data };
  return { kind: "fault", fault: "refused", detail: `${source} refused the query: ${shorten(error ?? status)}` };
}

/** The fault of an answer whose data is not of the type that is needed. */
export function unusable(data: unknown, needed: "vector" | "matrix", body: string, source: string): QueryFault {
  const type = z.object({ resultType: z.string() }).safeParse(data);
  const fault = malformed(
    type.success && type.data.resultType !== needed
      ? `${source} answered with a ${type.data.resultType} where a ${needed} is needed`
      : `${source} answered without usable data: ${shorten(body)}`,
  );
  return data === undefined ? { ...fault, noData: true } : fault;
}

/** The message of an error answer, or undefined when the body holds none. */
export function errorMessage(body: string): string | undefined {
  const checked = z.object({ error: z.string().min(1) }).safeParse(parseJson(body));
  return checked.success ? shorten(checked.data.error) : undefined;
}

interface RawRow {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** By hand, because a schema takes several times as long, and an answer may have thousands of rows. */
function isRow(row: unknown): row is RawRow {
  if (!isObject(row)) return false;
  const { metric, value } = row;
  if (!isObject(metric) || !Object.values(metric).every((label) => typeof label === "string")) return false;
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "number" && typeof value[1] === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rows(results: readonly RawRow[], source: string): QueryResult {
  const parsed: Row[] = [];
  const seen = new Set<string>();
  for (const { metric, value } of results) {
    const number = parseValue(value[1]);
    if (number === undefined) return malformed(`${source} answered with the value ${shorten(value[1])}`);
    const key = labelKey(metric);
    if (seen.has(key)) return malformed(`${source} answered with two rows of the same labels`);
    seen.add(key);
    parsed.push({ labels: metric, value: number, timestamp: value[0] * 1000 });
  }
  return { kind: "vector", rows: parsed };
}

/** The same text for the same labels, in whatever order they come. */
export function labelKey(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels);
  // Prometheus gives them in order.
  const isSorted = names.every((name, i) => i === 0 || (names[i - 1] as string) <= name);
  return JSON.stringify(isSorted ? labels : Object.fromEntries(names.sort().map((name) => [name, labels[name]])));
}

const SPECIAL: Readonly<Record<string, number>> = { NaN: NaN, "+Inf": Infinity, Inf: Infinity, "-Inf": -Infinity };

/** A sample value or a bucket bound as Prometheus prints it, or undefined when it is none. */
export function parseValue(text: string): number | undefined {
  if (Object.hasOwn(SPECIAL, text)) return SPECIAL[text];
  const value = Number(text);
  return text.trim() === "" || !Number.isFinite(value) ? undefined : value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function malformed(detail: string): QueryFault {
  return { kind: "fault", fault: "malformed", detail };
}

/** At most 200 characters on one line: enough to recognise a login page or a PromQL error. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "(nothing)";
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
