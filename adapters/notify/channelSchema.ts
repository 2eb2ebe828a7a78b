import { validateHeaderName, validateHeaderValue } from "node:http";
import { z } from "zod";
import { NOTIFIER_KINDS } from "./channel";
import { isPostable } from "./endpoint";
import { LEVELS } from "./severity";
import { OWN_HEADERS } from "./webhook";

const FIELDS = ["notifier", "url", "level", "namespace", "labels", "headers", "actions"];
const LONGEST_SHOWN = 40;

/** What an empty YAML value looks like when every scalar is a text. */
const UNSET: ReadonlySet<unknown> = new Set(["", "~", "null"]);

/** Headers that belong to the connection, and those that Serin sets itself. */
const RESERVED: ReadonlySet<string> = new Set([
  ...OWN_HEADERS,
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "host",
  "transfer-encoding",
  "upgrade",
]);

const namespace = z
  .string({ error: mustBe("namespace", "the name of a namespace") })
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: mustBe("namespace", "the name of a namespace") });

const labels = z
  .record(z.string(), z.string({ error: ({ path }) => `'${path?.join(".")}' must be a text` }), {
    error: mustBe("labels", "a map from label to value"),
  })
  .default({});

const headers = z
  .record(z.string(), z.string({ error: "'headers' must have one text for each header" }), {
    error: secretMustBe("headers", "a map from header to value"),
  })
  .superRefine((map, context) => {
    for (const [name, value] of Object.entries(map)) {
      const fault = headerFault(name, value);
      if (fault !== undefined) context.addIssue(fault);
    }
  })
  .default({});

const urlFault = secretMustBe("url", "one text that begins with http:// or https://");

const settings = z.strictObject(
  {
    notifier: z.enum(NOTIFIER_KINDS, { error: mustBe("notifier", oneOf(NOTIFIER_KINDS)) }),
    url: z.string({ error: urlFault }).refine(isPostable, { error: urlFault }),
    level: z.enum(LEVELS, { error: mustBe("level", oneOf(LEVELS)) }).default("normal"),
    namespace: namespace.optional(),
    labels,
    headers,
    // Iter8 reads it and makes no use of it.
    actions: z.unknown().optional(),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `there is no field ${issue.keys.map((key) => `'${shown(key)}'`).join(", ")}; there are: ${FIELDS.join(", ")}`
        : `must be a map with the fields ${FIELDS.join(", ")}`,
  },
);

/** A channel's settings, from YAML whose scalars are all texts. Messages name the field, and show no URL and no header. */
export const channelSchema = z.preprocess(withoutUnset, settings);

function withoutUnset(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, setting]) => !UNSET.has(setting)));
}

function headerFault(name: string, value: string): string | undefined {
  if (RESERVED.has(name.toLowerCase())) return `'headers.${name}' cannot be set; it is not the channel's to choose`;
  try {
    validateHeaderName(name);
  } catch {
    return "'headers' (secret, not shown) has a name that no header can have";
  }
  try {
    validateHeaderValue(name, value);
  } catch {
    return `'headers.${name}' (secret, not shown) has a value that no header can have`;
  }
  return undefined;
}

function mustBe(field: string, allowed: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) =>
    input === undefined
      ? `'${field}' is missing; it must be ${allowed}`
      : `'${field}' (${shown(input)}) must be ${allowed}`;
}

function secretMustBe(field: string, allowed: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) =>
    `'${field}' ${input === undefined ? "is missing; it" : "(secret, not shown)"} must be ${allowed}`;
}

/** A value that was meant to be harmless. A URL in the wrong field stays a secret all the same. */
function shown(value: unknown): string {
  if (typeof value !== "string") return Array.isArray(value) ? "a list" : "a map";
  if (value.includes("/")) return "not shown, because it looks like a URL";
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
}

function oneOf(values: readonly string[]): string {
  return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
