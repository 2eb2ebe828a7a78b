import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { preProcessFile } from "typescript";

const ROOT = join(__dirname, "..", "..");
const lines = readFileSync(join(ROOT, "Dockerfile"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const secondFrom = lines.lastIndexOf("FROM ${NODE_IMAGE}");
const build = lines.slice(0, secondFrom);
const run = lines.slice(secondFrom);
const packageJson = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

/** What a stage copies from the checkout. */
function copied(stage: readonly string[]): string[] {
  return stage.flatMap((line) => {
    const [instruction, ...words] = line.split(/\s+/);
    return instruction === "COPY" && !words[0]?.startsWith("--from") ? words.slice(0, -1) : [];
  });
}

/** Packages that the build stage removes again. */
function removed(): string[] {
  const uninstall = build.find((line) => line.startsWith("RUN npm uninstall --omit=dev ")) ?? "";
  return uninstall.split(/\s+/).slice(4);
}

/** Every source that the entry point needs, and every package that these import, types included. */
function needed(entry: string): { readonly sources: Set<string>; readonly packages: Set<string> } {
  const sources = new Set([entry]);
  const packages = new Set<string>();
  for (const source of sources) {
    const text = readFileSync(join(ROOT, source), "utf8");
    for (const { fileName } of preProcessFile(text).importedFiles) {
      if (fileName.startsWith(".")) sources.add(sourceOf(join(dirname(source), fileName)));
      else if (!isBuiltIn(fileName)) packages.add(packageOf(fileName));
    }
  }
  return { sources, packages };
}

function sourceOf(path: string): string {
  const found = [`${path}.ts`, join(path, "index.ts")].find((candidate) => existsSync(join(ROOT, candidate)));
  assert.ok(found, `${path} is no source`);
  return found;
}

function isBuiltIn(name: string): boolean {
  return name.startsWith("node:") || builtinModules.includes(name);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

describe("the image", () => {
  const entry = "cli/main.ts";

  it("copies files that exist, and that the context is not without", () => {
    const [first, ...allowed] = readFileSync(join(ROOT, ".dockerignore"), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    assert.equal(first, "*");
    const sources = copied(lines);
    assert.ok(sources.includes("cli"));
    for (const source of sources) {
      assert.ok(existsSync(join(ROOT, source)), source);
      assert.ok(allowed.includes(`!${source}`), `.dockerignore leaves ${source} out`);
    }
    assert.deepEqual(allowed.map((line) => line.slice(1)).sort(), [...sources].sort());
  });

  it("is built from all that the entry point imports, and from nothing else of ours", () => {
    const folders = new Set([...needed(entry).sources].map((source) => source.split("/")[0]));
    const built = copied(build).filter((source) => !source.includes(".") && source !== "types");
    assert.deepEqual([...folders].sort(), built.sort());
  });

  it("has the packages that the entry point imports: no development dependency, none that is removed", () => {
    const installed = Object.keys(packageJson.dependencies).filter((name) => !removed().includes(name));
    assert.deepEqual(
      [...needed(entry).packages].filter((name) => !installed.includes(name)),
      [],
    );
  });

  it("removes only packages that are dependencies", () => {
    assert.notEqual(removed().length, 0);
    for (const name of removed()) assert.ok(name in packageJson.dependencies, name);
  });

  it("runs the built entry point as a user with a number, and not as root", () => {
    const entryPoint = run.find((line) => line.startsWith("ENTRYPOINT "))?.slice("ENTRYPOINT ".length) ?? "[]";
    const [program, ...args] = JSON.parse(entryPoint) as string[];
    assert.equal(program, "node");
    assert.equal(args.pop(), "/app/dist/cli/main.js");
    for (const option of args) assert.match(option, /^--max-(old|semi)-space-size=\d+$/);
    assert.ok(run.includes("COPY --from=build /app/dist dist") && run.includes("WORKDIR /app"));
    assert.match(run.find((line) => line.startsWith("USER ")) ?? "", /^USER [1-9]\d*:[1-9]\d*$/);
  });

  it("is based on a pinned minor version of Node that the package allows", () => {
    const [, version] = /^ARG NODE_IMAGE=node:(\d+\.\d+)-/.exec(lines[0] ?? "") ?? [];
    assert.ok(Number(version) >= 20, lines[0]);
    assert.equal(lines.filter((line) => line.startsWith("FROM ${NODE_IMAGE}")).length, 2);
  });
});
