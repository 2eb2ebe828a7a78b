import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { hasUnknown, isMap, plainMap, type Properties } from "../values/value";

/** What a provider was configured with, as far as it is known. */
export interface Settings {
  /** Path or text; default: `$KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  /** Takes fields over from other managers, for all resources. @default false */
  readonly enablePatchForce: boolean;
  /** Updates objects that exist instead of refusing to create them. @default false */
  readonly upsertExistingObjects: boolean;
  /** Forgets resources whose cluster is unreachable. @default false */
  readonly deleteUnreachable: boolean;
  /** Leaves resources whose cluster is unreachable as they are. @default false */
  readonly skipUpdateUnreachable: boolean;
  /** @default false */
  readonly suppressDeprecationWarnings: boolean;
  /** Changes the content of ConfigMaps in place, instead of making new ones. @default false */
  readonly enableConfigMapMutable: boolean;
  /** The same for Secrets. @default false */
  readonly enableSecretMutable: boolean;
}

export interface Refusal {
  readonly property: string;
  readonly reason: string;
}

const FLAGS = {
  enablePatchForce: "PULUMI_K8S_ENABLE_PATCH_FORCE",
  upsertExistingObjects: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
  deleteUnreachable: "PULUMI_K8S_DELETE_UNREACHABLE",
  skipUpdateUnreachable: "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
  suppressDeprecationWarnings: "PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS",
  enableConfigMapMutable: "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
  enableSecretMutable: "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
} as const;

/** Settings that the official plugin has, and this one has not. */
const UNSUPPORTED = ["renderYamlToDirectory"];

/** What of a provider's arguments cannot be followed. */
export function refusalsOf(args: Properties): Refusal[] {
  const given = plainMap(args);
  const unsupported = UNSUPPORTED.filter((name) => given[name]).map((property) => ({
    property,
    reason: `the sandbox's stand-in for the Kubernetes plugin has no ${property}`,
  }));
  const noServerSideApply = flagOf(given["enableServerSideApply"], "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY") === false;
  const clientSide = noServerSideApply
    ? [{ property: "enableServerSideApply", reason: "must be true: the sandbox's stand-in has no other way to apply" }]
    : [];
  const noFlags = Object.keys(FLAGS)
    .filter(
      (name) => given[name] !== undefined && given[name] !== null && !isFlag(given[name]) && !hasUnknown(given[name]),
    )
    .map((property) => ({ property, reason: `must be true or false, not ${JSON.stringify(given[property])}` }));
  return [...unsupported, ...clientSide, ...noFlags];
}

/** @returns undefined while what the cluster depends on is unknown, in a preview */
export function settingsOf(args: Properties, env: NodeJS.ProcessEnv = process.env): Settings | undefined {
  const given = plainMap(args);
  if (hasUnknown(given)) return undefined;
  const text = (name: string) => (given[name] ? String(given[name]) : undefined);
  const flag = (name: keyof typeof FLAGS) => flagOf(given[name], FLAGS[name], env) ?? false;
  return {
    kubeconfig: isMap(given["kubeconfig"]) ? JSON.stringify(given["kubeconfig"]) : text("kubeconfig"),
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace"),
    enablePatchForce: flag("enablePatchForce"),
    upsertExistingObjects: flag("upsertExistingObjects"),
    deleteUnreachable: flag("deleteUnreachable"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable"),
    suppressDeprecationWarnings: flag("suppressDeprecationWarnings"),
    enableConfigMapMutable: flag("enableConfigMapMutable"),
    enableSecretMutable: flag("enableSecretMutable"),
  };
}

/** The kubeconfig that the settings name. @throws Error that says what in it cannot be used */
export function kubeConfigOf(
  { kubeconfig, context, cluster }: Settings,
  env: NodeJS.ProcessEnv = process.env,
): KubeConfig {
  const config = new KubeConfig();
  if (kubeconfig === undefined) load(config, ambient(env));
  else if (isText(kubeconfig)) loadText(config, kubeconfig, "the provider's 'kubeconfig'");
  else load(config, [kubeconfig]);
  if (context !== undefined) {
    if (!config.getContextObject(context)) throw new Error(`'context' (${context}) is not in the kubeconfig`);
    config.setCurrentContext(context);
  }
  if (cluster !== undefined) {
    if (!config.getCluster(cluster)) throw new Error(`'cluster' (${cluster}) is not in the kubeconfig`);
    const current = config.getContextObject(config.getCurrentContext());
    if (current) Object.assign(current, { cluster });
  }
  if (!config.getCurrentCluster()) throw new Error("no cluster: the kubeconfig has no current context with a cluster");
  return config;
}

function ambient({ KUBECONFIG }: NodeJS.ProcessEnv): string[] {
  const named = KUBECONFIG?.split(":").filter((path) => path !== "") ?? [];
  return named.length > 0 ? named : [join(homedir(), ".kube", "config")];
}

function load(config: KubeConfig, paths: readonly string[]): void {
  for (const [index, path] of paths.entries()) {
    const text = read(path);
    if (index === 0) loadText(config, text, path);
    else {
      const further = new KubeConfig();
      loadText(further, text, path);
      config.mergeConfig(further, true);
    }
  }
}

function read(path: string): string {
  const resolved = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
  try {
    return readFileSync(resolved, "utf8");
  } catch (error) {
    throw new Error(`no cluster: cannot read the kubeconfig ${resolved}: ${(error as Error).message}`);
  }
}

function loadText(config: KubeConfig, text: string, from: string): void {
  try {
    config.loadFromString(text);
  } catch {
    // The parser's words may hold parts of the text, which has credentials.
    throw new Error(`${from} is not a kubeconfig`);
  }
}

function isText(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

function isFlag(value: unknown): boolean {
  return typeof value === "boolean" || value === "true" || value === "false" || value === "";
}

function flagOf(value: unknown, variable: string, env: NodeJS.ProcessEnv = process.env): boolean | undefined {
  const text = value === undefined || value === null || value === "" ? env[variable] : String(value);
  return text === undefined || text === "" ? undefined : ["1", "t", "true"].includes(text.toLowerCase());
}
