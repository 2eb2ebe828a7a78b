import { z } from "zod";
import { releaseInputs, type ReleaseInputs } from "./inputs";

/** What stands for a value that is not known before the update, in what Pulumi hands to a provider. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One input that cannot be used: its path, and a sentence with the value and what is allowed. */
export interface InputFailure {
  readonly property: string;
  readonly reason: string;
}

/** Input that is refused; the message names each field, its value and what is allowed. */
export class InputError extends Error {
  override readonly name = "InputError";

  constructor(readonly failures: readonly InputFailure[]) {
    super(failures.map(({ reason }) => reason).join("; "));
  }
}

/** Everything that can be found wrong without looking at the cluster. Values not known yet are let through. */
export function validate(properties: unknown): readonly InputFailure[] {
  const result = releaseInputs.safeParse(properties, { reportInput: true });
  if (result.success) return [];
  return result.error.issues
    .flatMap((issue) => explain(issue, properties))
    .filter(({ path }) => !dependsOnUnknown(properties, path))
    .map(({ path, reason }) => ({ property: dotted(path), reason }));
}

/** The inputs with their defaults. @throws InputError */
export function parseInputs(properties: unknown): ReleaseInputs {
  const failures = validate(properties);
  if (failures.length > 0) throw new InputError(failures);
  return releaseInputs.parse(properties);
}

type Path = readonly PropertyKey[];

function explain(issue: z.core.$ZodIssue, root: unknown): { path: Path; reason: string }[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const allowed = allowedKeys(issue.path);
      return { path, reason: `'${dotted(path)}' (${show(valueAt(root, path))}) is not a known setting${allowed}` };
    });
  }
  const value = valueAt(root, issue.path);
  const field = `'${dotted(issue.path)}'`;
  if (value === undefined && issue.code === "invalid_type") {
    return [{ path: issue.path, reason: `${field} is missing: it must be ${article(issue.expected)}` }];
  }
  return [{ path: issue.path, reason: `${field} (${shownValue(issue, value)}) ${allowance(issue)}` }];
}

/** The value as the message shows it: a default that the user has not written too, and never what may be secret. */
function shownValue(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.path[0] === "kubeconfig" && value !== "") return "not shown";
  if (issue.code === "custom" && issue.params?.["value"] !== undefined) return show(issue.params["value"]);
  // A text that looks like a number is told from one by its quotes.
  return issue.code === "invalid_type" ? show(value, JSON.stringify) : show(value);
}

function allowance(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith("must ")) return issue.message;
  if (issue.code === "invalid_type") return `must be ${article(issue.expected)}`;
  if (issue.code === "invalid_value") return `must be one of ${issue.values.map(String).join(", ")}`;
  return issue.message;
}

function article(expected: string): string {
  const noun = {
    string: "a text",
    array: "a list",
    int: "a whole number",
    boolean: "true or false",
    record: "an object",
  }[expected];
  return noun ?? `${/^[aeiou]/.test(expected) ? "an" : "a"} ${expected}`;
}

function allowedKeys(path: Path): string {
  let schema: unknown = releaseInputs;
  for (const key of path) {
    schema = unwrap(schema);
    if (schema instanceof z.ZodArray) schema = schema.element;
    else if (schema instanceof z.ZodObject) schema = schema.shape[String(key)];
    else return "";
  }
  schema = unwrap(schema);
  return schema instanceof z.ZodObject ? `; known are ${Object.keys(schema.shape).join(", ")}` : "";
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodPipe
  ) {
    inner = inner instanceof z.ZodPipe ? inner.in : inner.unwrap();
  }
  return inner;
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
}

function dotted(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
}

function show(value: unknown, quote: (text: string) => string = (text) => text): string {
  const text = typeof value === "string" ? quote(value) : (JSON.stringify(value) ?? "nothing");
  const safe = text.replace(/\/\/[^/@\s]*@/g, "//***@"); // user and password of a URL
  return safe.length > 80 ? `${safe.slice(0, 77)}...` : safe;
}

/** Whether the value at the path, or one that it may be compared with (a sibling), is not known before the update. */
function dependsOnUnknown(root: unknown, path: Path): boolean {
  return hasUnknown(valueAt(root, path)) || path.some((_, i) => valueAt(root, path.slice(0, i)) === UNKNOWN);
}

/** Whether any part of a value is not known before the update. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}
