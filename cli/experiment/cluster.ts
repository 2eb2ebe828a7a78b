import { InvalidArgumentError, Option, type Command } from "commander";
import { ExperimentStore } from "../../adapters/kubernetes/experiments";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import type { Clock } from "../../driver/world";
import type { Terminal } from "../terminal";
import { EXIT, EXIT_CODES, ExitError, type ExitCode } from "./exit";
import { explain } from "./explain";
import type { ClusterApi, Services } from "./services";

/** What every command of `serin experiment` is made with. */
export interface Tools {
  readonly terminal: Terminal;
  readonly services: Services;
}

/** The options that say which cluster and which namespace. */
export interface ClusterFlags {
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** A cluster, as a command works on it. */
export interface Cluster {
  readonly api: ClusterApi;
  readonly store: ExperimentStore;
  /** Of the option, else of the kubeconfig's context, else `default`. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly terminal: Terminal;
}

/** Adds the options of the cluster, the example and the exit codes. */
export function withClusterOptions(command: Command, examples: string): Command {
  return command
    .option("-n, --namespace <name>", "namespace (default: of the kubeconfig's context, else default)", objectName)
    .option("--kubeconfig <file>", "default: $KUBECONFIG, else ~/.kube/config, else the pod's service account")
    .option("--context <name>", "context of the kubeconfig (default: its current one)")
    .addHelpText("after", `\nExamples:\n${examples}\n${EXIT_CODES}`);
}

export function outputOption(formats: readonly string[]): Option {
  return new Option("-o, --output <format>", "how to print the result").choices(formats).default("table");
}

/** Reads a name as Kubernetes allows them. */
export function objectName(text: string): string {
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text) && text.length <= 253) return text;
  throw new InvalidArgumentError("It must consist of lower-case letters, digits, '-' and '.'.");
}

/**
 * Connects, works, and ends the command as the work says.
 *
 * @throws ExitError with the work's exit code unless it is 0; or for a fault of the API server, in one line
 */
export async function onCluster(
  { terminal, services }: Tools,
  flags: ClusterFlags,
  work: (cluster: Cluster) => Promise<ExitCode>,
): Promise<void> {
  const api = await services.connect(flags.kubeconfig, flags.context);
  const namespace = flags.namespace ?? api.namespace ?? "default";
  const store = new ExperimentStore(api);
  let code: ExitCode;
  try {
    code = await work({ api, store, namespace, clock: services.clock, terminal });
  } catch (error) {
    throw explain(error, api.server);
  }
  if (code !== EXIT.ok) throw new ExitError(code);
}

/** The experiment of a name. @throws ExitError when there is none */
export async function existing({ store, namespace, api }: Cluster, name: string): Promise<ExperimentResource> {
  const experiment = await store.get(namespace, name);
  if (experiment !== undefined) return experiment;
  const hint = "'serin experiment list -A' lists those that there are";
  throw new ExitError(EXIT.notFound, `there is no experiment ${namespace}/${name} in ${api.server}: ${hint}`);
}

/** "experiment default/reviews" */
export function titleOf({ metadata }: ExperimentResource): string {
  return `experiment ${metadata.namespace}/${metadata.name}`;
}

/** The object for programs. */
export function json(object: object): string {
  return `${JSON.stringify(object, undefined, 2)}\n`;
}
