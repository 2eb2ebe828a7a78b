import { Command } from "commander";
import type { Terminal } from "../terminal";
import type { Tools } from "./cluster";
import { createCommand } from "./create";
import { describeCommand } from "./describe";
import { EXIT_CODES } from "./exit";
import { listCommand } from "./list";
import { processServices, type Services } from "./services";
import { steerCommand } from "./steer";
import { waitCommand } from "./wait";
import { WISHES } from "./wishes";

/**
 * `serin experiment`: create, look at and steer the experiments of a cluster.
 *
 * @param services the cluster, time and standard input; default: the process's own
 */
export function experimentCommand(terminal: Terminal, services: Services = processServices): Command {
  const tools: Tools = { terminal, services };
  const command = new Command("experiment")
    .description("Create, follow and steer experiments in a cluster.")
    .addHelpText("after", EXIT_CODES);
  const subcommands = [
    createCommand(tools),
    listCommand(tools),
    describeCommand(tools),
    waitCommand(tools),
    ...WISHES.map((wish) => steerCommand(tools, wish)),
  ];
  for (const subcommand of subcommands) command.addCommand(subcommand);
  return command;
}
