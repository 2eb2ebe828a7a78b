import { Command } from "commander";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { UsageError } from "../errors";
import { json, onCluster, outputOption, titleOf, withClusterOptions, type Cluster, type Tools } from "./cluster";
import { EXIT, ExitError, type ExitCode } from "./exit";
import { differences, readNewExperiment, type NewExperiment } from "./manifest";
import { awaitMilestone } from "./outcome";
import { progressOptions, type ProgressFlags } from "./waitOptions";

interface Flags extends ProgressFlags {
  readonly file: string;
  readonly wait?: boolean;
  readonly output: "table" | "json";
}

const EXAMPLES = `  serin experiment create -f experiment.yaml
  serin experiment create -f experiment.yaml --watch --timeout 1h
  helm template . | serin experiment create -n bookinfo -f - --wait -o json`;

/** `serin experiment create`. */
export function createCommand(tools: Tools): Command {
  const command = new Command("create")
    .description("Create an experiment from a manifest. An equal one that is there already stays as it is.")
    .requiredOption("-f, --file <experiment.yaml>", "the manifest; - reads it from the standard input")
    .option("--wait", "wait until the release is completed; the exit code tells its verdict")
    .addOption(outputOption(["table", "json"]));
  return withClusterOptions(progressOptions(command), EXAMPLES).action(async (flags: Flags) => {
    if (flags.timeout !== undefined && !flags.wait && !flags.watch) {
      throw new UsageError("option '--timeout' needs '--wait' or '--watch'");
    }
    const wanted = await readNewExperiment(flags.file, tools.services.readStdin);
    await onCluster(tools, flags, (cluster) => create(cluster, flags, wanted));
  });
}

async function create(cluster: Cluster, flags: Flags, { experiment, namespace }: NewExperiment): Promise<ExitCode> {
  if (namespace !== undefined && flags.namespace !== undefined && namespace !== flags.namespace) {
    throw new UsageError(
      `option '--namespace' (${flags.namespace}) must be that of the file, 'metadata.namespace' (${namespace})`,
    );
  }
  const metadata = { ...experiment.metadata, namespace: namespace ?? cluster.namespace };
  const { created, isNew } = await createOrFind(cluster, { ...experiment, metadata });
  const { out, err } = cluster.terminal;
  const line = `${titleOf(created)} ${isNew ? "created" : "unchanged"}\n`;
  if (!flags.wait && !flags.watch) {
    out.write(flags.output === "json" ? json(created) : line);
    return EXIT.ok;
  }
  err.write(line);
  const { timeout: timeoutMs, watch: show, output } = flags;
  return awaitMilestone(cluster, created, "completed", { timeoutMs, show, output });
}

async function createOrFind(
  { store }: Cluster,
  wanted: ExperimentResource,
): Promise<{ readonly created: ExperimentResource; readonly isNew: boolean }> {
  const { namespace, name } = wanted.metadata;
  const found = await store.get(namespace, name);
  const created = found ?? (await store.create(wanted));
  const title = titleOf(wanted);
  if (created.metadata.deletionTimestamp !== undefined) {
    throw new ExitError(EXIT.error, `${title} is being deleted: try again when it is gone, or choose another name`);
  }
  const fields = differences(created, wanted);
  if (fields.length === 0) return { created, isNew: found === undefined };
  const advice = "choose another name, or delete it first";
  throw new ExitError(EXIT.error, `${title} exists already and differs in ${fields.join(", ")}: ${advice}`);
}
