import type { Cluster } from "../cluster/cluster";
import { hasUnknown, isMap, isSecret, plain, unwrapped, type Properties, type Value } from "../values/value";
import { secretPaths } from "../values/path";
import { textsOf } from "./files";
import type { Placed } from "./order";
import { placeObjects } from "./place";
import { flattened, objectsInYaml } from "./yamlText";

/** The objects of a `yaml/v2:ConfigGroup`; undefined while they are not known. */
export async function groupObjects(inputs: Properties, cluster: Cluster): Promise<Placed[] | undefined> {
  const { files, yaml, objs } = inputs;
  if ([files, yaml].some(hasUnknown) || !areKnown(objs)) return undefined;
  const fromFiles = await Promise.all(texts(files, "files").map(objectsInFile));
  const fromTexts = texts(yaml, "yaml").map((text, i) => objectsInYaml(text, `yaml[${i}]`));
  const objects = [...fromFiles.flat(), ...fromTexts.flat(), ...asList(unwrapped(objs)).flatMap(objectOf)];
  return placeObjects(objects, cluster, cluster.namespace);
}

/** The objects of a `yaml/v2:ConfigFile`; undefined while they are not known. */
export async function fileObjects({ file }: Properties, cluster: Cluster): Promise<Placed[] | undefined> {
  if (hasUnknown(file)) return undefined;
  const path = unwrapped(file);
  if (typeof path !== "string" || path === "") throw new Error("'file' must be a path or a URL");
  return placeObjects(await objectsInFile(path), cluster, cluster.namespace);
}

/** Whether all of what children are made of came as one secret, so that it is not known which part of it is. */
export function isSecretText({ files, yaml, file, objs }: Properties): boolean {
  const isWhole = isSecret(objs) || asList(objs).some(isSecret);
  return isWhole || [files, yaml, file].some((value) => secretPaths(value).length > 0);
}

async function objectsInFile(file: string): Promise<Properties[]> {
  return (await textsOf(file)).flatMap(({ from, text }) => objectsInYaml(text, from));
}

function texts(value: Value | undefined, name: string): string[] {
  return asList(value === undefined ? undefined : plain(value)).map((text, i) => {
    if (typeof text !== "string") throw new Error(`'${name}[${i}]' must be a text, not ${JSON.stringify(text)}`);
    return text;
  });
}

function asList(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** Values in an object may be unknown; which objects there are, and what they are called, may not. */
function areKnown(objs: Value | undefined): boolean {
  return asList(unwrapped(objs)).every((object) => {
    const known = unwrapped(object);
    const metadata = isMap(known) ? unwrapped(known["metadata"]) : known;
    const name = isMap(metadata) ? [metadata["name"] ?? "", metadata["namespace"] ?? ""] : [metadata ?? ""];
    return !hasUnknown(name) && !(isMap(known) && (hasUnknown(known["kind"]) || hasUnknown(known["apiVersion"])));
  });
}

function objectOf(value: Value, index: number): Properties[] {
  const object = unwrapped(value);
  if (!isMap(object)) throw new Error(`'objs[${index}]' must be an object`);
  return flattened(object);
}
