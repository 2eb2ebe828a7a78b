import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { OnProblem } from "../mesh/annotations";
import type { Labels, ObjectName } from "../mesh/model";

/** What a pod is told of itself by a volume of the downward API. */
export interface PodInfo extends ObjectName {
  readonly labels: Labels;
  readonly annotations: Labels;
}

/**
 * Reads `name`, `namespace`, `labels` and `annotations` in `folder`; `onProblem` is told of lines that cannot be used.
 * @throws Error when one of the files cannot be read, or a name is empty
 */
export function readPodInfo(folder: string, onProblem: OnProblem): PodInfo {
  const text = (file: string): string => readFileSync(join(folder, file), "utf8");
  const name = (file: string): string => {
    const value = text(file).trim();
    if (value === "") throw new Error(`${join(folder, file)} is empty, must hold the pod's ${file}`);
    return value;
  };
  const pairs = (file: string): Labels =>
    parsePairs(text(file), (problem) => onProblem(`${join(folder, file)}: ${problem}`));
  return {
    name: name("name"),
    namespace: name("namespace"),
    labels: pairs("labels"),
    annotations: pairs("annotations"),
  };
}

const pair = /^([^=]+)="((?:[^"\\]|\\.)*)"$/;

/** The lines `key="value"` of a downward-API file, the value quoted as by Go's `%q`. A line of another form is left out. */
export function parsePairs(text: string, onProblem: OnProblem): Labels {
  const pairs: Record<string, string> = {};
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    const [, key, quoted = ""] = pair.exec(line) ?? [];
    const value = key === undefined ? undefined : unquote(quoted);
    if (key === undefined || value === undefined) {
      onProblem(`line ${JSON.stringify(line)} is ignored, must be key="value" with the value quoted as in Go`);
    } else pairs[key] = value;
  }
  return pairs;
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};
const escape = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs;
const replacement = "\ufffd";

/** Undefined for an escape that Go does not write. */
function unquote(quoted: string): string | undefined {
  let known = true;
  const value = quoted.replace(escape, (_, byte?: string, short?: string, long?: string, letter = "") => {
    // From 0x80 on it is a byte of invalid UTF-8, which Go keeps and a string cannot.
    if (byte !== undefined) return parseInt(byte, 16) < 0x80 ? String.fromCharCode(parseInt(byte, 16)) : replacement;
    const point = short ?? long;
    if (point !== undefined) return codePoint(parseInt(point, 16));
    const character = escapes[letter];
    known &&= character !== undefined;
    return character ?? "";
  });
  return known ? value : undefined;
}

function codePoint(value: number): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : replacement;
}
