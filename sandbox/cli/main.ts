import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";
import { Command, Option } from "commander";
import pc from "picocolors";
import { experimentCrdYaml } from "../../adapters/kubernetes/crd";
import {
  type DataPlaneName,
  dataPlanes,
  downSandbox,
  isPartName,
  type PartName,
  partNames,
  type Sandbox,
  SandboxError,
  startPart,
  statusOf,
  stopPart,
  upSandbox,
} from "../cluster";
import { Interrupted, listenForInterrupt, ToolchainError } from "../toolchain";
import { environmentText } from "./environment";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface UpFlags {
  readonly foreground?: boolean;
  readonly dataPlane?: DataPlaneName;
  readonly seed?: number;
}

async function up(dir: string, { foreground, seed, dataPlane }: UpFlags): Promise<void> {
  const interrupt = listenForInterrupt();
  const sandbox = await upSandbox({
    dir,
    report: (line) => say(pc.dim(line)),
    manifests: [experimentCrdYaml()],
    ownerPid: foreground ? process.pid : undefined,
    meshSeed: seed,
    dataPlane,
    signal: interrupt.signal,
  });
  say("");
  say(`kubeconfig  ${sandbox.kubeconfig}`);
  say(`API server  ${sandbox.apiServerUrl}`);
  if (sandbox.dataPlane !== "bare") sayTraffic(sandbox);
  if (!foreground) return interrupt.ignore();
  say("");
  say("Ctrl-C takes the sandbox down.");
  await stayWhileRunning(dir, interrupt.signal);
  await downSandbox(dir, { report: say });
  say("The sandbox is down.");
}

function sayTraffic({ prometheusUrl, meshUrl, entrances }: Sandbox): void {
  say(`Prometheus  ${prometheusUrl}`);
  say(`mesh        ${meshUrl}`);
  if (!entrances) return;
  const { client, gateway } = entrances;
  say(`in the mesh ${client(8080).replace(/8080$/, "<port of a Service>")} (${client(80)} for port 80), with its Host`);
  say(`gateway     ${gateway} for port 80, with the Host of a Gateway`);
}

/** Waits for the signal, and tells about parts that end by themselves meanwhile. */
async function stayWhileRunning(dir: string, signal: AbortSignal): Promise<void> {
  const gone = new Set<PartName>();
  while (!signal.aborted) {
    for (const { name, pid, isIdle } of (await statusOf(dir)).parts) {
      if (pid !== undefined || isIdle) gone.delete(name);
      else if (!gone.has(name)) say(pc.yellow(`${name} has stopped`));
      if (pid === undefined && !isIdle) gone.add(name);
    }
    await sleep(5_000, undefined, { signal }).catch(() => undefined);
  }
}

async function status(dir: string): Promise<void> {
  const { parts, healthy, kubeconfig, ownerPid } = await statusOf(dir);
  const table = new Table({ head: ["part", "pid", "port", "health"], style: { head: [], border: [] } });
  const colour = { healthy: pc.green, unhealthy: pc.red, stopped: pc.yellow };
  for (const { name, pid, port, health, isIdle } of parts) {
    table.push([name, pid ?? "", port ?? "", isIdle ? pc.dim("not asked for") : colour[health](health)]);
  }
  say(table.toString());
  if (healthy) say(`kubeconfig: ${kubeconfig}`);
  if (ownerPid !== undefined) say(`It ends with process ${ownerPid}.`);
  process.exitCode = healthy ? 0 : 1;
}

function toPart(name: string): PartName {
  if (isPartName(name)) return name;
  throw new SandboxError(`there is no part "${name}"; the parts are ${partNames.join(", ")}`);
}

function toSeed(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new SandboxError(`--seed must be a whole number, not "${text}"`);
}

const program = new Command("sandbox")
  .description("A Kubernetes cluster with Istio's types, Prometheus and traffic, on this machine alone.")
  .option("--dir <folder>", "where the sandbox keeps its files", process.env.SERIN_SANDBOX_DIR || ".sandbox");
const dir = (): string => program.opts<{ dir: string }>().dir;

program
  .command("up")
  .description("start what does not run yet; builds missing programs first")
  .option("--foreground", "stay, and take the sandbox down on Ctrl-C or when this process ends")
  .addOption(
    new Option(
      "--data-plane <name>",
      "what the requests are; simulated unless the sandbox has another one already",
    ).choices(dataPlanes),
  )
  .option("--seed <number>", "seed of the simulated traffic", toSeed)
  .action((flags: UpFlags) => up(dir(), flags));
program
  .command("status")
  .description("show the parts; exits with 0 only when all are healthy")
  .action(() => status(dir()));
program
  .command("env")
  .description('print what pulumi and kubectl need to work on it: eval "$(npm run -s sandbox -- env)"')
  .action(async () => say(await environmentText(dir(), (line) => process.stderr.write(`${line}\n`))));
program
  .command("down")
  .description("stop everything; the next up finds the cluster as it was")
  .option("--purge", "remove the sandbox's files too")
  .action(async ({ purge }: { purge?: boolean }) => {
    await downSandbox(dir(), { purge, report: say });
    say(purge ? "The sandbox is down and its files are removed." : "The sandbox is down.");
  });
program
  .command("stop")
  .argument("<part>", partNames.join(", "))
  .description("stop one part")
  .option("--kill", "without giving it time to finish")
  .action((part: string, { kill }: { kill?: boolean }) => stopPart(dir(), toPart(part), kill ? "SIGKILL" : "SIGTERM"));
program
  .command("start")
  .argument("<part>", partNames.join(", "))
  .description("start one part again, at the port it had")
  .action((part: string) => startPart(dir(), toPart(part), say));

program.parseAsync().catch((error: unknown) => {
  // What a user can put right is told by its message alone; anything else is a defect and wants its stack.
  const told = [ToolchainError, SandboxError, Interrupted].some((kind) => error instanceof kind);
  process.stderr.write(`${told ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
});
