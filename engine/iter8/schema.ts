import { pythonRepr } from "./pythonText";

/** The part of JSON Schema (draft 4) that Iter8's requests are described by. */
export type Schema =
  | { readonly type: "object"; readonly properties?: Properties; readonly required?: readonly string[] }
  | { readonly type: "array"; readonly items: Schema }
  | { readonly type: "string"; readonly enum?: readonly string[] }
  | { readonly type: "number"; readonly minimum?: Minimum }
  | { readonly type: "integer" }
  | { readonly type: "boolean" };

type Properties = Readonly<Record<string, Schema>>;

export interface Minimum {
  readonly value: number;
  /** As messages show it. */
  readonly text: string;
}

/**
 * What is wrong with a JSON value: the message for each faulty member, by its dotted path. Empty when nothing is.
 * Of two faults of one member the last counts, as in Iter8.
 *
 * @example findFaults({ type: "object", required: ["a"] }, {}) // { a: "'a' is a required property" }
 */
export function findFaults(schema: Schema, value: unknown): Record<string, string> {
  return Object.fromEntries(faults(schema, value, []));
}

type Path = readonly (string | number)[];
type Fault = [path: string, message: string];

function faults(schema: Schema, value: unknown, path: Path): Fault[] {
  const fault = (message: string, at = path): Fault => [at.join("."), message];
  if (!hasType(schema.type, value)) {
    const found = [fault(`${pythonRepr(value)} is not of type '${schema.type}'`)];
    // A list of allowed values is checked whatever the type, and all other rules only where it is right.
    return schema.type === "string" ? [...found, ...notListed(schema.enum, value).map((m) => fault(m))] : found;
  }
  switch (schema.type) {
    case "object": {
      const members = value as Readonly<Record<string, unknown>>;
      const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(members, name));
      const present = Object.entries(schema.properties ?? {}).filter(([name]) => Object.hasOwn(members, name));
      return [
        ...missing.map((name) => fault(`'${name}' is a required property`, [...path, name])),
        ...present.flatMap(([name, property]) => faults(property, members[name], [...path, name])),
      ];
    }
    case "array":
      return (value as readonly unknown[]).flatMap((item, i) => faults(schema.items, item, [...path, i]));
    case "string":
      return notListed(schema.enum, value).map((message) => fault(message));
    case "number": {
      const { minimum } = schema;
      if (minimum === undefined || (value as number) >= minimum.value) return [];
      return [fault(`${pythonRepr(value)} is less than the minimum of ${minimum.text}`)];
    }
    default:
      return [];
  }
}

function notListed(allowed: readonly string[] | undefined, value: unknown): string[] {
  if (allowed === undefined || allowed.some((one) => one === value)) return [];
  return [`${pythonRepr(value)} is not one of ${pythonRepr(allowed)}`];
}

function hasType(type: Schema["type"], value: unknown): boolean {
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}
