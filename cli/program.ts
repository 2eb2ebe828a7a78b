import { Command, CommanderError } from "commander";
import { analyticsCommand } from "./analytics";
import { controllerCommand } from "./controller";
import { UsageError } from "./errors";
import { experimentCommand, ExitError, type Services } from "./experiment";
import { planCommand } from "./plan";
import { simulateCommand } from "./simulate";
import type { Terminal } from "./terminal";

/** Exit code of a call that cannot be followed. */
const USAGE = 2;

/**
 * Runs a command line and returns its exit code: 0; 2 when an option, or what it names, cannot be used; others are the
 * commands' own.
 *
 * @param words without the interpreter and the script
 * @param services what `serin experiment` works with; default: the cluster and the process's own
 */
export async function run(words: readonly string[], terminal: Terminal, services?: Services): Promise<number> {
  try {
    await program(terminal, services).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has told its own already; a request for help is none.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (error instanceof ExitError) {
      if (error.message !== "") terminal.err.write(`error: ${error.message}\n`);
      return error.code;
    }
    if (!(error instanceof UsageError)) throw error;
    terminal.err.write(`error: ${error.message}\n`);
    return USAGE;
  }
}

function program(terminal: Terminal, services: Services | undefined): Command {
  const root = new Command("serin").description("Safe canary releases of Kubernetes services on Istio.");
  const commands = [
    planCommand(terminal),
    simulateCommand(terminal),
    experimentCommand(terminal, services),
    controllerCommand(terminal),
    analyticsCommand(terminal),
  ];
  for (const command of commands) root.addCommand(command);
  for (const command of [root, ...commands, ...commands.flatMap((parent) => parent.commands)]) {
    command
      .exitOverride()
      .showHelpAfterError("(--help shows the options)")
      .configureOutput({ writeOut: (text) => terminal.out.write(text), writeErr: (text) => terminal.err.write(text) });
  }
  return root;
}
