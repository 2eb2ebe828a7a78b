import { formatPath, secretPaths, type Path } from "../values/path";
import { equal, isMap, plain, withoutNulls, type Properties, type Value } from "../values/value";

export type ChangeKind = "add" | "delete" | "update";

export interface Change {
  readonly path: Path;
  readonly kind: ChangeKind;
}

/** Where two values differ, as deep as they have the same shape. A value that became secret differs, too. */
export function changesBetween(olds: Properties, news: Properties): Change[] {
  const changes = differences(withoutNulls(plain(olds)), withoutNulls(plain(news)), []);
  if (changes.length > 0) return changes;
  const [before, after] = [olds, news].map((value) => secretPaths(value).map(formatPath));
  const moved = secretPaths(news).filter((path) => !before?.includes(formatPath(path)));
  const revealed = secretPaths(olds).filter((path) => !after?.includes(formatPath(path)));
  return [...moved, ...revealed].map((path) => ({ path, kind: "update" as const }));
}

/** Where two values without secrets differ. */
export function differences(before: Value | undefined, after: Value | undefined, path: Path): Change[] {
  if (equal(before, after)) return [];
  if (before === undefined) return [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const indices = [...Array(Math.max(before.length, after.length)).keys()];
    return indices.flatMap((i) => differences(before[i], after[i], [...path, i]));
  }
  return [{ path, kind: "update" }];
}
