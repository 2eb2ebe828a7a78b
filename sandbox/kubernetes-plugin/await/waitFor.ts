import { JSONPath } from "jsonpath-plus";
import { annotationsOf, conditionOf, type LiveObject } from "../cluster/object";
import { ANNOTATIONS } from "../objects/annotations";
import { hasUnknown, type Properties } from "../values/value";
import { READY, waiting, type Progress } from "./progress";

/** A condition that a program waits for, by annotation. */
export type Wish =
  | { readonly text: string; readonly condition: string; readonly status: string }
  | { readonly text: string; readonly path: string; readonly value?: string };

/**
 * Reads `condition=Ready`, `condition=Ready=False`, `jsonpath={.status.phase}` or `jsonpath={.status.phase}=Running`, or
 * a JSON list of such.
 *
 * @throws Error that says what cannot be read
 */
export function parseWishes(text: string): Wish[] {
  if (!text.trimStart().startsWith("[")) return [parseWish(text)];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new Error(`is no JSON list: ${text}`);
  }
  if (!Array.isArray(list)) throw new Error(`is no JSON list: ${text}`);
  return list.map((one) => parseWish(String(one)));
}

function parseWish(text: string): Wish {
  const condition = /^condition=([^=]+)(?:=(.+))?$/i.exec(text.trim());
  if (condition) return { text, condition: condition[1] ?? "", status: condition[2] ?? "True" };
  const path = /^jsonpath=['"]?\{?(\$?\.[^}]+)\}?['"]?(?:=(.+))?$/.exec(text.trim());
  if (path)
    return { text, path: `$${(path[1] ?? "").replace(/^\$/, "")}`, value: path[2]?.replace(/^(['"])(.*)\1$/, "$2") };
  throw new Error(
    `must be 'condition=<type>[=<status>]' or 'jsonpath={<path>}[=<value>]', not ${JSON.stringify(text)}`,
  );
}

/** The wishes of a program for an object. */
export function wishesOf(inputs: Properties): Wish[] {
  const text = annotationsOf(inputs)[ANNOTATIONS.waitFor];
  return text ? parseWishes(text) : [];
}

/** What in the annotation cannot be followed, as pairs of annotation and reason. */
export function waitForRefusals(inputs: Properties): (readonly [string, string])[] {
  const text = annotationsOf(inputs)[ANNOTATIONS.waitFor];
  if (text === undefined || hasUnknown(text)) return [];
  try {
    parseWishes(String(text));
    return [];
  } catch (error) {
    return [[ANNOTATIONS.waitFor, (error as Error).message]];
  }
}

export function wishProgress(object: LiveObject, wishes: readonly Wish[]): Progress {
  const open = wishes.filter((wish) => !holds(object, wish));
  return open.length === 0 ? READY : waiting(`waiting for ${open.map(({ text }) => text).join(", ")}`);
}

function holds(object: LiveObject, wish: Wish): boolean {
  if ("condition" in wish) {
    const status = conditionOf(object, wish.condition)?.status;
    return status?.toLowerCase() === wish.status.toLowerCase();
  }
  const found = JSONPath<readonly unknown[]>({ path: wish.path, json: object, eval: "safe", wrap: true });
  return wish.value === undefined ? found.length > 0 : found.some((value) => String(value) === wish.value);
}
