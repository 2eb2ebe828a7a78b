import { parseAllDocuments } from "yaml";
import type { Properties, Value } from "../values/value";
import { isMap } from "../values/value";

/** Texts that look like dates or base-60 numbers stay texts, as Kubernetes reads them. */
const READ_AS_TEXT = ["tag:yaml.org,2002:timestamp"];

/**
 * The objects in a YAML text, as Kubernetes tools read one: YAML 1.1, in which `on` and `yes` mean true. Empty documents
 * are left out, and a List is taken apart.
 *
 * @param from what the text is, for errors
 */
export function objectsInYaml(text: string, from: string): Properties[] {
  const documents = parseAllDocuments(text, {
    version: "1.1",
    merge: true,
    customTags: (tags) =>
      tags.filter((tag) => typeof tag === "string" || (!READ_AS_TEXT.includes(tag.tag) && !isSexagesimal(tag))),
    logLevel: "silent",
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document, index) => {
    const [error] = document.errors;
    if (error) throw new Error(`${from}: document ${index + 1} is not YAML: ${error.message}`);
    const value = document.toJS({ maxAliasCount: 1000 }) as Value | undefined;
    if (value === null || value === undefined) return [];
    if (!isMap(value)) throw new Error(`${from}: document ${index + 1} is no Kubernetes object`);
    return flattened(value);
  });
}

/** The objects of a List, or the object itself. */
export function flattened(object: Properties): Properties[] {
  const { kind, items } = object;
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [object];
  return items.filter(isMap).flatMap(flattened);
}

function isSexagesimal(tag: object): boolean {
  return "format" in tag && tag.format === "TIME";
}
