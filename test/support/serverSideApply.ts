/** A JSON object, as the API server keeps it. */
export type Json = { [key: string]: unknown };

export function isObject(value: unknown): value is Json {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** What JSON keeps of a value: a copy without undefined members. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/**
 * Server-side apply for one field manager: fields given are set, fields given the last time and no longer are removed,
 * all others are left alone. Lists are atomic, as in CRDs that do not say otherwise.
 */
export function serverSideApply(live: Json, lastApplied: Json, desired: Json): Json {
  return merge(without(live, lastApplied, desired), desired);
}

function without(live: Json, lastApplied: Json, desired: Json): Json {
  const kept: Json = { ...live };
  for (const [key, old] of Object.entries(lastApplied)) {
    const present = kept[key];
    const next = desired[key];
    if (isObject(old) && isObject(present)) {
      kept[key] = without(present, old, isObject(next) ? next : {});
      if (next === undefined && Object.keys(kept[key] as Json).length === 0) delete kept[key];
    } else if (next === undefined) delete kept[key];
  }
  return kept;
}

function merge(live: Json, desired: Json): Json {
  const merged: Json = { ...live };
  for (const [key, value] of Object.entries(desired)) {
    const present = merged[key];
    merged[key] = isObject(value) && isObject(present) ? merge(present, value) : value;
  }
  return merged;
}

/** JSON merge patch (RFC 7386): null removes. */
export function mergePatch(live: Json, patch: Json): Json {
  const patched: Json = { ...live };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete patched[key];
    else if (isObject(value)) patched[key] = mergePatch(isObject(patched[key]) ? patched[key] : {}, value);
    else patched[key] = value;
  }
  return patched;
}
