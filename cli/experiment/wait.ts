import { Command, Option } from "commander";
import { existing, objectName, onCluster, outputOption, withClusterOptions, type Tools } from "./cluster";
import { awaitMilestone, MILESTONES, type Milestone } from "./outcome";
import { progressOptions, type ProgressFlags } from "./waitOptions";

interface Flags extends ProgressFlags {
  readonly for: Milestone;
  readonly output: "table" | "json";
}

const EXAMPLES = `  serin experiment wait reviews-try --timeout 1h
  serin experiment wait reviews-try --watch
  serin experiment wait reviews-try --for verdict -o json`;

/** `serin experiment wait`. */
export function waitCommand(tools: Tools): Command {
  const command = new Command("wait")
    .description("Wait for a release; the exit code tells its verdict.")
    .argument("<name>", "of the experiment", objectName)
    .addOption(
      new Option(
        "--for <milestone>",
        "started: the candidate has a share; verdict: it is decided; completed: all is done",
      )
        .choices(MILESTONES)
        .default("completed"),
    )
    .addOption(outputOption(["table", "json"]));
  return withClusterOptions(progressOptions(command), EXAMPLES).action((name: string, flags: Flags) =>
    onCluster(tools, flags, async (cluster) => {
      const { timeout: timeoutMs, watch: show, output } = flags;
      return awaitMilestone(cluster, await existing(cluster, name), flags.for, { timeoutMs, show, output });
    }),
  );
}
