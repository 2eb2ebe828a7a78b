import { hasSelector } from "../template";

/** What a template's text tells about how it can be asked together with others. */
export interface Shape {
  /** Whether it can stand in parentheses without getting out of them. What cannot is never put beside other queries. */
  readonly isClosed: boolean;
  /**
   * - `own`: the rows of a version depend on its series alone, so one query can ask for the versions of many releases
   * - `all`: it has no selector, so one answer has the rows of everybody
   * - `mixed`: what it says of a release may depend on which versions are selected: each release needs a query of its own
   */
  readonly rows: "own" | "all" | "mixed";
}

const TOKEN =
  /\s+|#[^\r\n]*|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|`[^`]*`|[A-Za-z_:][A-Za-z0-9_:]*|\d[\w.]*|[^]/gu;
const OPENERS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** @param names the versions' labels, which stand for `$entity_labels` */
export function shapeOf(template: string, names: readonly string[]): Shape {
  const tokens = (template.match(TOKEN) ?? []).filter((token) => !/^(\s|#)/.test(token));
  const isClosed = isBalanced(tokens);
  if (!hasSelector(template)) return { isClosed, rows: "all" };
  return { isClosed, rows: keepsVersionsApart(tokens, names) ? "own" : "mixed" };
}

function isBalanced(tokens: readonly string[]): boolean {
  const open: string[] = [];
  for (const token of tokens) {
    if (/^["'`]/.test(token)) {
      // A quote by itself has no end; and a name filled in between quotes could end them.
      if (token.length === 1 || hasSelector(token)) return false;
    } else if ("([{".includes(token)) open.push(token);
    else if (token in OPENERS && open.pop() !== OPENERS[token]) return false;
  }
  return open.length === 0;
}

const AGGREGATIONS = new Set("sum avg min max count group stddev stdvar quantile topk bottomk".split(" "));
const KEYWORDS = new Set("and or unless atan2 bool offset group_left group_right".split(" "));
/** Functions that make of each series, or of each set of buckets, one row with its labels. */
const PER_SERIES = new RegExp(
  `^(${[
    "rate|irate|increase|delta|idelta|deriv|changes|resets|predict_linear|double_exponential_smoothing|holt_winters",
    "(avg|min|max|sum|count|quantile|stddev|stdvar|last|present|mad)_over_time",
    "abs|ceil|floor|round|exp|ln|log2|log10|sqrt|sgn|clamp|clamp_min|clamp_max",
    "histogram_(quantile|count|sum|avg|fraction|stddev|stdvar)",
    "time|timestamp|vector",
  ].join("|")})$`,
);

/**
 * Whether each version's rows are made of its own series only: every aggregation and every match is by all of the
 * versions' labels, and only functions are used of which that is known.
 */
function keepsVersionsApart(tokens: readonly string[], names: readonly string[]): boolean {
  let aggregations = 0;
  let clauses = 0;
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1]?.toLowerCase();
    const word = token.toLowerCase();
    if (word === "without") return false;
    if (AGGREGATIONS.has(word) && (next === "(" || next === "by")) aggregations += 1;
    else if (next !== "(" || !/^[a-z_:]/i.test(token)) continue;
    else if (word === "by" || word === "on") {
      if (!listHas(tokens, i + 2, names)) return false;
      if (word === "by") clauses += 1;
    } else if (!KEYWORDS.has(word) && !PER_SERIES.test(token)) return false;
  }
  // By PromQL's grammar, each clause belongs to one aggregation.
  return aggregations === clauses;
}

function listHas(tokens: readonly string[], start: number, names: readonly string[]): boolean {
  const list = tokens.slice(start, tokens.indexOf(")", start));
  const all = list.some((token, i) => token === "$" && list[i + 1] === "entity_labels");
  return all || names.every((name) => list.includes(name));
}
