import { Command } from "commander";
import { stringify } from "yaml";
import { EXPERIMENTS } from "../../adapters/kubernetes/paths";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { patiently } from "../../driver/followPatience";
import { UsageError } from "../errors";
import { coloursFor } from "../terminal";
import {
  json,
  onCluster,
  outputOption,
  withClusterOptions,
  type Cluster,
  type ClusterFlags,
  type Tools,
} from "./cluster";
import { EXIT } from "./exit";
import { headOf, rowOf } from "./rows";
import { columns } from "./table";

interface Flags extends ClusterFlags {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly output: "table" | "wide" | "json" | "yaml";
  readonly watch?: boolean;
}

const EXAMPLES = `  serin experiment list -A
  serin experiment list -n bookinfo -l app=reviews -o wide
  serin experiment list --watch`;

const WATCH_EVERY_MS = 1000;

/** `serin experiment list`. */
export function listCommand(tools: Tools): Command {
  const command = new Command("list")
    .description("List the experiments of a namespace, or of all.")
    .option("-A, --all-namespaces", "of all namespaces")
    .option("-l, --selector <labels>", "only those with these labels, such as app=reviews,tier!=test")
    .addOption(outputOption(["table", "wide", "json", "yaml"]))
    .option("-w, --watch", "go on with every experiment that changes, until interrupted");
  return withClusterOptions(command, EXAMPLES).action((flags: Flags) => {
    if (flags.allNamespaces && flags.namespace !== undefined) {
      throw new UsageError("options '--all-namespaces' and '--namespace' must not be given together");
    }
    return onCluster(tools, flags, (cluster) => list(cluster, flags));
  });
}

async function list(cluster: Cluster, flags: Flags): Promise<typeof EXIT.ok> {
  const found = await read(cluster, flags);
  if (!flags.watch) {
    print(cluster, flags, found);
    return EXIT.ok;
  }
  printChanges(cluster, flags, found, true);
  return watch(cluster, flags, found);
}

/** The first list has to come; from then on faults that may pass are waited out. */
async function watch(cluster: Cluster, flags: Flags, found: readonly ExperimentResource[]): Promise<never> {
  const { clock, terminal } = cluster;
  const versionOf = ({ metadata }: ExperimentResource) => [metadata.uid ?? metadata.name, metadata.resourceVersion];
  let seen = new Map(found.map(versionOf) as [string, string | undefined][]);
  for (;;) {
    await clock.sleep(WATCH_EVERY_MS);
    const onNotice = (text: string) => terminal.err.write(`${text}\n`);
    const now = (await patiently(() => read(cluster, flags), { clock, onNotice }))?.answer ?? [];
    const versions = now.map(versionOf) as [string, string | undefined][];
    printChanges(
      cluster,
      flags,
      now.filter((_, i) => seen.get(versions[i]?.[0] ?? "") !== versions[i]?.[1]),
      false,
    );
    seen = new Map(versions);
  }
}

function read({ api, namespace }: Cluster, { allNamespaces, selector }: Flags): Promise<ExperimentResource[]> {
  return api.list<ExperimentResource>(EXPERIMENTS, allNamespaces ? undefined : namespace, selector);
}

function print(cluster: Cluster, flags: Flags, items: readonly ExperimentResource[]): void {
  const { terminal, namespace } = cluster;
  const object = { apiVersion: "v1", kind: "List", items };
  if (flags.output === "json") return terminal.out.write(json(object));
  if (flags.output === "yaml") return terminal.out.write(stringify(object));
  if (items.length > 0) return printRows(cluster, flags, items, true);
  terminal.err.write(`no experiments in ${flags.allNamespaces ? "any namespace" : `namespace ${namespace}`}\n`);
}

/** Of a watch: an object a line or a document, or rows under one head. */
function printChanges(cluster: Cluster, flags: Flags, items: readonly ExperimentResource[], isFirst: boolean): void {
  const { out } = cluster.terminal;
  if (flags.output === "json") for (const item of items) out.write(`${JSON.stringify(item)}\n`);
  else if (flags.output === "yaml") for (const item of items) out.write(`---\n${stringify(item)}`);
  else if (isFirst || items.length > 0) printRows(cluster, flags, items, isFirst);
}

function printRows(
  { terminal, clock }: Cluster,
  flags: Flags,
  items: readonly ExperimentResource[],
  withHead: boolean,
): void {
  const shown = { all: flags.allNamespaces ?? false, wide: flags.output === "wide" };
  const rows = items.map((item) => rowOf(item, shown, clock.now(), coloursFor(terminal.out)));
  terminal.out.write(`${columns(withHead ? [headOf(shown), ...rows] : rows)}\n`);
}
