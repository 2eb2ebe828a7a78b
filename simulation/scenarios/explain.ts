import type { z } from "zod";

type Path = readonly PropertyKey[];

/**
 * What is wrong with a value, a sentence an issue: field, value and what is allowed.
 *
 * @param root the value that was checked
 */
export function explain({ issues }: z.core.$ZodError, root: unknown): readonly string[] {
  return issues.flatMap((issue) => sentences(issue, root));
}

function sentences(issue: z.core.$ZodIssue, root: unknown): readonly string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return `'${dotted(path)}' (${show(valueAt(root, path))}) is not a known setting`;
    });
  }
  const value = valueAt(root, issue.path);
  const field = issue.path.length === 0 ? "the scenario" : `'${dotted(issue.path)}'`;
  if (value === undefined) return [`${field} is missing: it ${allowance(issue)}`];
  return [`${field} (${show(value)}) ${allowance(issue)}`];
}

function allowance(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `must be one of ${issue.values.map(String).join(", ")}`;
  if (issue.message.startsWith("must ")) return issue.message;
  if (issue.code !== "invalid_type") return issue.message;
  return issue.expected === "array" ? "must be a list" : "must be an object";
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], root);
}

function dotted(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
