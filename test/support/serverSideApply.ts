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
  const kept = Object.entries(live).flatMap(([key, present]): [string, unknown][] => {
    const [old, next] = [lastApplied[key], desired[key]];
    if (old === undefined) return [[key, present]];
    if (!isObject(old) || !isObject(present)) return next === undefined ? [] : [[key, present]];
    const rest = without(present, old, isObject(next) ? next : {});
    return next === undefined && Object.keys(rest).length === 0 ? [] : [[key, rest]];
  });
  return Object.fromEntries(kept);
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
  const kept = Object.entries(live).filter(([key]) => patch[key] !== null);
  const patched: Json = Object.fromEntries(kept);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) continue;
    const present = patched[key];
    patched[key] = isObject(value) ? mergePatch(isObject(present) ? present : {}, value) : value;
  }
  return patched;
}
