import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../cluster/cluster";
import { redact, secretPaths, secretTexts } from "../values/path";
import { hasUnknown, isMap, plainMap, type Properties, type Value } from "../values/value";
import { isAsset, textOfAsset, withTexts } from "./assets";
import { helm } from "./helm";
import type { Placed } from "./order";
import { placeObjects } from "./place";
import { objectsInYaml } from "./yamlText";

/** Inputs that say how the children are registered, and nothing about what they are. */
const OF_CHILDREN = ["skipAwait", "resourcePrefix"];

export function isSecretChart(inputs: Properties): boolean {
  return secretPaths(inputs).some(([top]) => !OF_CHILDREN.includes(String(top)) && top !== "repositoryOpts");
}

/** The objects of a `helm.sh/v4:Chart`, as `helm template` makes them; undefined while the inputs are not known. */
export async function chartObjects(
  component: string,
  inputs: Properties,
  cluster: Cluster,
): Promise<Placed[] | undefined> {
  if (hasUnknown(inputs)) return undefined;
  const args = plainMap(inputs);
  const folder = await mkdtemp(join(tmpdir(), "serin-chart-"));
  try {
    const namespace = textOf(args, "namespace") ?? cluster.namespace;
    const rendered = await render(component, args, namespace, folder, cluster);
    return await placeObjects(objectsInYaml(rendered, `chart ${String(args["chart"])}`), cluster, namespace);
  } catch (error) {
    throw new Error(redact((error as Error).message, secretTexts(inputs)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function render(
  component: string,
  args: Properties,
  namespace: string,
  folder: string,
  cluster: Cluster,
): Promise<string> {
  const [version, names] = await Promise.all([cluster.version(), cluster.discovery.names()]);
  const capabilities = names.map((name) => `--api-versions=${name}`);
  const release = textOf(args, "name") ?? component;
  return helm([
    "template",
    release,
    ...chartFlags(args),
    `--namespace=${namespace}`,
    "--no-hooks",
    ...(args["skipCrds"] === true ? ["--skip-crds"] : ["--include-crds"]),
    `--kube-version=${version}`,
    ...capabilities,
    ...(await fileFlags(args, folder)),
  ]);
}

/** Which chart, and where it is. */
export function chartFlags(args: Properties): string[] {
  const chart = textOf(args, "chart");
  if (chart === undefined) throw new Error("'chart' must be a path, a name or a URL");
  const repository = isMap(args["repositoryOpts"]) ? args["repositoryOpts"] : {};
  const repo = textOf(repository, "repo");
  const isUrl = repo !== undefined && /^https?:\/\//.test(repo);
  const option = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}=${value}`]);
  const flag = (name: string, value: Value | undefined) => (value === true ? [`--${name}`] : []);
  return [
    repo === undefined || isUrl ? chart : `${repo}/${chart}`,
    ...(isUrl ? option("repo", repo) : []),
    ...option("username", textOf(repository, "username")),
    ...option("password", textOf(repository, "password")),
    ...option("version", textOf(args, "version")),
    ...flag("dependency-update", args["dependencyUpdate"]),
    ...(textOf(args, "version") === undefined ? flag("devel", args["devel"]) : []),
    ...flag("plain-http", args["plainHttp"]),
    ...flag("verify", args["verify"]),
    ...postRenderer(args["postRenderer"]),
  ];
}

function postRenderer(value: Value | undefined): string[] {
  if (!isMap(value)) return [];
  const args = Array.isArray(value["args"]) ? value["args"] : [];
  return [`--post-renderer=${String(value["command"])}`, ...args.map((arg) => `--post-renderer-args=${String(arg)}`)];
}

/** Values and keys, written to a folder that only this run reads. */
async function fileFlags(args: Properties, folder: string): Promise<string[]> {
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const files = Array.isArray(args["valueYamlFiles"]) ? args["valueYamlFiles"] : [];
  const texts = await Promise.all(files.map((file, i) => withTexts(file, `valueYamlFiles[${i}]`)));
  const fromFiles = await Promise.all(texts.map((text, i) => write(`values-${i}.yaml`, String(text))));
  const values = await withTexts(args["values"] ?? {}, "values");
  const repository = isMap(args["repositoryOpts"]) ? args["repositoryOpts"] : {};
  const keys = {
    keyring: args["keyring"],
    "ca-file": repository["caFile"],
    "cert-file": repository["certFile"],
    "key-file": repository["keyFile"],
  };
  const named = Object.entries(keys).flatMap(([flag, asset]) => (isAsset(asset) ? [[flag, asset] as const] : []));
  const flags = await Promise.all(
    named.map(async ([flag, asset]) => `--${flag}=${await write(flag, await textOfAsset(asset ?? null))}`),
  );
  // Later ones win: `values` are the program's own words.
  const all = [...fromFiles, await write("values.json", JSON.stringify(values))];
  return [...all.map((path) => `--values=${path}`), ...flags];
}

function textOf(properties: Properties, key: string): string | undefined {
  const value = properties[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}
