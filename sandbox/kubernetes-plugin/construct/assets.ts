import { readFile } from "node:fs/promises";
import { hasSignature, isMap, SIGNATURES, type Value } from "../values/value";
import { download } from "./files";

export function isAsset(value: Value | undefined): boolean {
  return hasSignature(value, SIGNATURES.asset);
}

/** The text in an asset: given as it is, or by a path or a URL. */
export async function textOfAsset(asset: Value): Promise<string> {
  if (!isMap(asset)) throw new Error("an asset is no object");
  const { text, path, uri } = asset;
  if (typeof text === "string" && text !== "") return text;
  if (typeof path === "string" && path !== "") return readFile(path, "utf8");
  if (typeof uri === "string" && uri !== "")
    return uri.startsWith("file://") ? readFile(new URL(uri), "utf8") : download(uri);
  return "";
}

/** A value in which each asset is replaced by the text in it. @throws Error for an archive, which has no text */
export async function withTexts(value: Value, where: string): Promise<Value> {
  if (hasSignature(value, SIGNATURES.archive)) throw new Error(`'${where}' must be an asset, not an archive`);
  if (isAsset(value)) return textOfAsset(value);
  if (Array.isArray(value)) return Promise.all(value.map((item, i) => withTexts(item, `${where}[${i}]`)));
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(
    async ([key, inner]) => [key, await withTexts(inner, `${where}.${key}`)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
