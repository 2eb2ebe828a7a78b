import { Command } from "commander";
import { isForbidden } from "../../adapters/kubernetes/errors";
import { coloursFor } from "../terminal";
import { existing, json, objectName, onCluster, outputOption, withClusterOptions, type Tools } from "./cluster";
import type { ClusterFlags } from "./cluster";
import { describeText } from "./describeText";
import { lastEvents } from "./events";
import { EXIT } from "./exit";

interface Flags extends ClusterFlags {
  readonly output: "table" | "json";
}

const EXAMPLES = `  serin experiment describe reviews-try
  serin experiment describe reviews-try -n bookinfo -o json`;

const EVENTS_SHOWN = 10;

/** `serin experiment describe`. */
export function describeCommand(tools: Tools): Command {
  const command = new Command("describe")
    .description("Show an experiment: its plan, evidence, history, conditions and events, and what may be done next.")
    .argument("<name>", "of the experiment", objectName)
    .addOption(outputOption(["table", "json"]));
  return withClusterOptions(command, EXAMPLES).action((name: string, flags: Flags) =>
    onCluster(tools, flags, async (cluster) => {
      const { out } = cluster.terminal;
      const experiment = await existing(cluster, name);
      if (flags.output === "json") out.write(json(experiment));
      else {
        // Who may read experiments need not be allowed to read events.
        const events = await lastEvents(cluster, experiment, EVENTS_SHOWN).catch((error: unknown) => {
          if (isForbidden(error)) return undefined;
          throw error;
        });
        out.write(describeText(experiment, events, cluster.clock.now(), coloursFor(out)));
      }
      return EXIT.ok;
    }),
  );
}
