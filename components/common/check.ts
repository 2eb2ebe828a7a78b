import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/**
 * Refuses an argument: at once where its value is known, else as soon as it is, and so before anything is changed that
 * depends on it. In a preview an unknown value is not looked at. A secret value is not shown.
 *
 * @param component type of the component, as its users write it
 * @param field name of the argument, with dots for members
 * @returns the value itself, or an output of it
 * @throws RunError such as `Prometheus 'retention' (15 days): must be a duration such as 15d`
 */
export function checked<T>(
  component: string,
  field: string,
  value: pulumi.Input<T> | undefined,
  rule: z.ZodType<unknown, unknown>,
): pulumi.Input<T> | undefined {
  if (value === undefined) return undefined;
  const refuse = (known: T, isSecret: boolean): T => {
    const problems = problemsOf(component, field, known, rule, isSecret ? () => "secret, not shown" : shown);
    if (problems.length > 0) throw new pulumi.RunError(problems.join("; "));
    return known;
  };
  if (!isLater(value)) return refuse(value as T, false);
  const later = pulumi.output(value);
  return pulumi
    .all([later, pulumi.isSecret(later)])
    .apply(([known, isSecret]) => (known === undefined ? known : refuse(known as T, isSecret))) as pulumi.Output<T>;
}

/** Whether a value, or a part of it, is an output or a promise. */
export function isLater(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(isLater);
}

function problemsOf(
  component: string,
  field: string,
  value: unknown,
  rule: z.ZodType<unknown, unknown>,
  show: (value: unknown) => string,
): string[] {
  const result = rule.safeParse(value);
  if (result.success) return [];
  return result.error.issues.map(({ path, message, ...issue }) => {
    const at = [field, ...path].join(".");
    const unknownKeys = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : undefined;
    return `${component} '${at}' (${unknownKeys ?? show(member(value, path))}): ${message}`;
  });
}

function member(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((of, key) => (of as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** Short, because it goes into an error's message. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "missing");
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** A rule for one argument, and how it is called. */
export type Rules<Args> = { readonly [Field in keyof Args]?: z.ZodType<unknown, unknown> };

/**
 * Checks the arguments that have a rule.
 *
 * @param within what comes before their names in messages, such as `limits.` @default nothing
 * @returns the arguments, those of them that are not known yet to be checked when they are
 * @throws RunError naming the first one that is refused, its value and what is allowed
 */
export function checkedArgs<Args extends object>(component: string, args: Args, rules: Rules<Args>, within = ""): Args {
  const fields = Object.keys(rules) as (keyof Args & string)[];
  const entries = fields.flatMap((field) => {
    const rule = rules[field];
    if (rule === undefined || args[field] === undefined) return [];
    return [[field, checked<unknown>(component, `${within}${field}`, args[field], rule)]];
  });
  return { ...args, ...(Object.fromEntries(entries) as Partial<Args>) };
}
