import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/** Every key of a stack's configuration, with its project, as Pulumi gives them to a program. */
export type AllConfig = Readonly<Record<string, string>>;

/**
 * A project's configuration, checked: unknown keys are refused by name.
 *
 * @param texts keys whose values are text, even when they look like numbers
 * @throws RunError naming each key, its value and what is allowed
 */
export function checkedConfig<Schema extends z.ZodObject>(
  project: string,
  all: AllConfig,
  schema: Schema,
  texts: ReadonlySet<string> = new Set(),
): z.output<Schema> {
  const own = Object.entries(all).filter(([key]) => key.startsWith(`${project}:`));
  const raw = Object.fromEntries(own.map(([key, text]) => [key.slice(project.length + 1), text]));
  const values = Object.fromEntries(
    Object.entries(raw).map(([key, text]) => [key, texts.has(key) ? text : parse(text)]),
  );
  const checked = schema.safeParse(values);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.flatMap((issue) => problemsOf(issue, raw, schema));
  throw new pulumi.RunError(`Configuration of ${project}: ${problems.join("; ")}`);
}

function problemsOf(issue: z.core.$ZodIssue, raw: AllConfig, schema: z.ZodObject): string[] {
  const at = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") {
    return [`'${at}' (${raw[String(issue.path[0])] ?? "missing"}): ${issue.message}`];
  }
  if (issue.path.length > 0) return issue.keys.map((key) => `'${at}.${key}' is not known`);
  const known = Object.keys(schema.shape).join(", ");
  return issue.keys.map((key) => `'${key}' (${raw[key]}) is not known; known are ${known}`);
}

/** Pulumi hands structured values over as JSON, and everything else as text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
