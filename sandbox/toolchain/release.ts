import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recipe } from "./tools";

type ReleaseRecipe = Extract<Recipe, { kind: "release" }>;

/**
 * The manifest of a release, out of the sources of a project that builds it with ko: every file of the folders, in the
 * order of their names, with the images by name and the version in the labels.
 *
 * @param source folder of the project's sources
 */
export function releaseManifest(
  source: string,
  { from, folders, images }: Pick<ReleaseRecipe, "from" | "folders" | "images">,
  version: string,
): string {
  const files = folders.flatMap((folder) =>
    readdirSync(join(source, folder))
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .map((name) => readFileSync(join(source, folder, name), "utf8").trim()),
  );
  return `${files.join("\n---\n")}\n`
    .replaceAll(new RegExp(`ko://${from.replaceAll(".", "\\.")}/cmd/([\\w-]+)`, "g"), `${images}/$1:${version}`)
    .replaceAll(/: "?devel"?$/gm, `: "${version}"`);
}
