import type { LiveObject } from "../cluster/object";
import { equal, isMap, type Properties, type Value } from "../values/value";

interface ManagedFields {
  readonly operation: string;
  readonly subresource?: string;
  readonly fieldsV1?: Properties;
}

/**
 * The part of an object that somebody applied, by server-side apply. Whoever creates an object otherwise owns all of its
 * fields, the defaults too, which says nothing about what was asked for.
 *
 * @returns undefined where nobody applied any
 */
export function appliedPart(live: LiveObject): Properties | undefined {
  const entries = (live.metadata["managedFields"] ?? []) as unknown as readonly ManagedFields[];
  const applied = entries.filter(({ operation, subresource }) => operation === "Apply" && !subresource);
  if (applied.length === 0) return undefined;
  const parts = applied.map(({ fieldsV1 }) => pick(live as unknown as Value, fieldsV1 ?? {}));
  return parts.reduce<Value>((all, part) => merge(all, part ?? {}), {}) as Properties;
}

/** What of a value a set of fields names: `f:` a field, `k:` an item by its keys, `v:` an item by its value. */
function pick(value: Value | undefined, fields: Properties): Value | undefined {
  const inner = Object.entries(fields).filter(([key]) => key !== ".");
  if (value === undefined || inner.length === 0) return value;
  if (isMap(value)) {
    const named = inner.filter(([key]) => key.startsWith("f:")).map(([key, below]) => [key.slice(2), below] as const);
    const picked = named.map(([name, below]) => [name, pick(value[name], isMap(below) ? below : {})] as const);
    return Object.fromEntries(picked.filter(([, one]) => one !== undefined)) as Properties;
  }
  if (!Array.isArray(value)) return value;
  return value.flatMap((item) => {
    const owner = inner.find(([key]) => names(key, item));
    return owner ? [pick(item, isMap(owner[1]) ? owner[1] : {}) ?? null] : [];
  });
}

function names(key: string, item: Value): boolean {
  const wanted = key.startsWith("k:") || key.startsWith("v:") ? (JSON.parse(key.slice(2)) as Value) : undefined;
  if (key.startsWith("v:")) return equal(wanted, item);
  return isMap(wanted) && isMap(item) && Object.entries(wanted).every(([name, value]) => equal(item[name], value));
}

function merge(a: Value, b: Value): Value {
  if (!isMap(a) || !isMap(b)) return b;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(
    keys.map((key) => [key, key in a && key in b ? merge(a[key] ?? null, b[key] ?? null) : (b[key] ?? a[key] ?? null)]),
  );
}
