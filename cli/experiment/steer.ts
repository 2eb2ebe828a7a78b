import { Command } from "commander";
import { EXPERIMENTS } from "../../adapters/kubernetes/paths";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { UsageError } from "../errors";
import {
  existing,
  json,
  objectName,
  onCluster,
  outputOption,
  titleOf,
  withClusterOptions,
  type Cluster,
  type Tools,
} from "./cluster";
import { EXIT, ExitError, type ExitCode } from "./exit";
import { standing, waitFor } from "./outcome";
import { timeoutOption, type ProgressFlags } from "./waitOptions";
import type { Wish } from "./wishes";

interface Flags extends ProgressFlags {
  readonly wait?: boolean;
  readonly output: "table" | "json";
}

/** `serin experiment pause`, `resume`, `promote` or `rollback`: asks the release's driver for something. */
export function steerCommand(tools: Tools, wish: Wish): Command {
  const command = new Command(wish.command)
    .description(wish.description)
    .argument("<name>", "of the experiment", objectName)
    .option("--wait", "wait until the record shows it")
    .addOption(outputOption(["table", "json"]));
  const examples = `  serin experiment ${wish.command} reviews-try
  serin experiment ${wish.command} reviews-try -n bookinfo --wait --timeout 30s`;
  return withClusterOptions(timeoutOption(command), examples).action((name: string, flags: Flags) => {
    if (flags.timeout !== undefined && !flags.wait) throw new UsageError("option '--timeout' needs '--wait'");
    return onCluster(tools, flags, (cluster) => steer(cluster, wish, name, flags));
  });
}

async function steer(cluster: Cluster, wish: Wish, name: string, flags: Flags): Promise<ExitCode> {
  const experiment = await existing(cluster, name);
  refuseWhenOver(experiment, wish);
  const { out } = cluster.terminal;
  const say = (line: string, object: ExperimentResource) =>
    out.write(flags.output === "json" ? json(object) : `${titleOf(object)} ${line}\n`);
  const needless = wish.needless(experiment);
  if (needless !== undefined) {
    say(`${needless}. ${experiment.status?.serin?.reason ?? ""}`.trimEnd(), experiment);
    return EXIT.ok;
  }
  const asked = await cluster.api.merge<ExperimentResource>(EXPERIMENTS, cluster.namespace, name, {
    action: wish.action,
  });
  const promise = `is asked to ${wish.command}. ${wish.promise(experiment)}`;
  if (!flags.wait) {
    say(`${promise} Its driver looks about once a second.`, asked);
    return EXIT.ok;
  }
  cluster.terminal.err.write(`${titleOf(asked)} ${promise}\n`);
  const isDecided = ({ status }: ExperimentResource) => status?.serin?.verdict !== undefined;
  const until = (seen: ExperimentResource) => wish.isDone(seen) || isDecided(seen);
  const seen = await waitFor(cluster, asked, { until, timeoutMs: flags.timeout });
  say(`is ${standing(cluster, seen)}`, seen);
  if (wish.isDone(seen)) return EXIT.ok;
  throw new ExitError(EXIT.error, `${titleOf(seen)} got its verdict, ${seen.status?.serin?.verdict}, before that`);
}

/** After the verdict nobody listens to a wish any more. */
function refuseWhenOver(experiment: ExperimentResource, { command }: Wish): void {
  const { verdict, reason, stage } = experiment.status?.serin ?? {};
  const refuse = (why: string) => new ExitError(EXIT.error, `cannot ${command} ${titleOf(experiment)}: it ${why}`);
  if (verdict !== undefined) throw refuse(`${stage === "ended" ? "has ended" : "is ending"}, ${verdict}. ${reason}`);
  if (experiment.status?.phase === "Completed") throw refuse("has ended");
  if (experiment.metadata.deletionTimestamp !== undefined) throw refuse("is being deleted");
}
