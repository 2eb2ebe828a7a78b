import { isMap, isSecret, secret, type Properties, type Value } from "./value";

/** Where a value is within properties. */
export type Path = readonly (string | number)[];

/** A path as Pulumi writes it: `spec.containers[0].image`, `metadata.annotations["example.com/a"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[A-Za-z0-9_$-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** Reads a path as Pulumi writes it; `*` stands for every entry. Undefined for a text that is no path. */
export function parsePath(text: string): Path | undefined {
  const parts: (string | number)[] = [];
  const token = /\.?([^.[\]"]+)|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\[(\d+|\*)\]/y;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match) return undefined;
    const [, name, quoted, index] = match;
    if (name !== undefined) parts.push(name);
    else if (quoted !== undefined) parts.push(JSON.parse(`"${quoted}"`) as string);
    else parts.push(index === "*" ? "*" : Number(index));
  }
  return parts;
}

export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (isSecret(value)) return valueAt(value["value"], path);
  if (Array.isArray(value)) return typeof head === "number" ? valueAt(value[head], rest) : undefined;
  return isMap(value) ? valueAt(value[String(head)], rest) : undefined;
}

/** A copy in which the value at a path is another one, or gone when it is undefined. */
export function withValueAt(value: Value | undefined, path: Path, replacement: Value | undefined): Value | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return replacement;
  if (Array.isArray(value)) {
    if (typeof head !== "number" || head >= value.length) return value;
    return value.map((item, i) => (i === head ? (withValueAt(item, rest, replacement) ?? null) : item));
  }
  if (!isMap(value)) {
    return value === undefined && replacement !== undefined && typeof head === "string"
      ? { [head]: withValueAt(undefined, rest, replacement) ?? null }
      : value;
  }
  const { [String(head)]: old, ...others } = value;
  const changed = withValueAt(old, rest, replacement);
  return changed === undefined ? others : { ...others, [String(head)]: changed };
}

/** The paths that a pattern with `*` stands for in a value. */
export function expandPath(value: Value | undefined, pattern: Path): Path[] {
  const [head, ...rest] = pattern;
  if (head === undefined) return [[]];
  if (head !== "*") return expandPath(valueAt(value, [head]), rest).map((tail) => [head, ...tail]);
  const keys = Array.isArray(value) ? [...value.keys()] : isMap(value) ? Object.keys(value) : [];
  return keys.flatMap((key) => expandPath(valueAt(value, [key]), rest).map((tail) => [key, ...tail]));
}

/** Where the secrets in a value are. A secret within a secret is part of it. */
export function secretPaths(value: Value | undefined): Path[] {
  if (isSecret(value)) return [[]];
  const entries: [string | number, Value][] = Array.isArray(value)
    ? [...value.entries()]
    : isMap(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, inner]) => secretPaths(inner).map((path) => [key, ...path]));
}

/** A copy in which what is at the paths is secret. Paths that lead nowhere are left alone. */
export function markSecrets(properties: Properties, paths: readonly Path[]): Properties {
  return paths.reduce<Properties>((marked, path) => {
    const found = lookPast(marked, path);
    return found === undefined ? marked : ((withValueAt(marked, path, secret(found)) ?? {}) as Properties);
  }, properties);
}

/** As `valueAt`, but what lies in a secret already is not looked for. */
function lookPast(value: Value | undefined, [head, ...rest]: Path): Value | undefined {
  if (head === undefined || value === undefined) return value;
  return isSecret(value) ? undefined : lookPast(valueAt(value, [head]), rest);
}

/** Every text in the secrets of a value, longest first, to be kept out of messages. */
export function secretTexts(value: Value): string[] {
  const texts = secretPaths(value).flatMap((path) => textsIn(valueAt(value, path)));
  return [...new Set(texts)].filter((text) => text.length >= 4).sort((a, b) => b.length - a.length);
}

function textsIn(value: Value | undefined): string[] {
  if (isSecret(value)) return textsIn(value["value"]);
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isMap(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** The text without the secrets that are in it. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, one) => left.split(one).join("[secret]"), text);
}
