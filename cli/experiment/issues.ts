import type { z } from "zod";
import { DURATION_FORMAT } from "../../engine/duration";

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a manifest, a sentence a field: field, value and what is allowed.
 *
 * @param root the manifest that was checked
 */
export function explainIssues({ issues }: z.core.$ZodError, root: unknown): readonly string[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => `'${dotted([...issue.path, key])}' is not a known field`);
    }
    const field = `'${dotted(issue.path)}'`;
    const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null)?.[key], root);
    if (value === undefined) return [`${field} is missing: it ${allowance(issue)}`];
    return [`${field} (${JSON.stringify(value)}) ${allowance(issue)}`];
  });
}

function allowance(issue: Issue): string {
  switch (issue.code) {
    case "invalid_value":
      return `must be one of ${issue.values.filter((value) => value !== "").join(", ")}`;
    case "invalid_type":
      return `must be ${nounOf(issue.expected)}`;
    case "too_small":
      return bound(issue.origin, issue.inclusive ? "at least" : "more than", Number(issue.minimum));
    case "too_big":
      return bound(issue.origin, issue.inclusive ? "at most" : "less than", Number(issue.maximum));
    case "invalid_format":
      return issue.pattern?.includes("ms|s|m|h") ? `must be ${DURATION_FORMAT}` : `must match ${issue.pattern}`;
    default:
      return issue.message;
  }
}

function bound(origin: string, relation: string, limit: number): string {
  if (origin === "string") return `must have ${relation} ${limit} characters`;
  return origin === "array" ? `must have ${relation} ${limit} entries` : `must be ${relation} ${limit}`;
}

function nounOf(expected: string): string {
  const noun = {
    string: "a text",
    array: "a list",
    int: "a whole number",
    boolean: "true or false",
    object: "an object",
    record: "an object",
  }[expected];
  return noun ?? `a ${expected}`;
}

function dotted(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}
