import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import Table from "cli-table3";
import { Command } from "commander";
import pc from "picocolors";
import { type BareSandbox, downSandbox, sampleApplication, startPart, stopPart, upSandbox } from "../cluster";
import { applyManifests } from "../cluster/apply";
import { reviewsService } from "../demo/bookinfo";
import { ship, type Shipment } from "../demo/ship";
import { summaryTable, surprises } from "../demo/summary";
import { versions } from "../demo/versions";
import { platformProgram, PulumiStack } from "../pulumi/pulumiStack";
import { packageRoot } from "../toolchain/packageRoot";
import { Installed } from "./cluster";
import { platformSettings } from "./settings";
import { Steps } from "./steps";

const say = (line = ""): void => void process.stdout.write(`${line}\n`);
const title = (text: string): void => say(`\n${pc.bold(text)}`);

interface Flags {
  readonly dir: string;
  readonly keep?: boolean;
}

async function demo({ dir, keep }: Flags, interrupt: AbortSignal): Promise<number> {
  const start = performance.now();
  const seconds = (): string => ((performance.now() - start) / 1000).toFixed(0);
  const report = (line: string): void => say(pc.dim(`  ${line}`));
  title("1. A cluster of its own, with nothing on it: API server, scheduler, a node whose pods run on this machine");
  await downSandbox(dir, { purge: true, report });
  const images = [sampleApplication("reviews")];
  const ownerPid = keep ? undefined : process.pid;
  const sandbox = await upSandbox({ dir, report, ownerPid, dataPlane: "bare", images, signal: interrupt });
  say(`  ready after ${seconds()} s`);
  const steps = new Steps(say);
  try {
    const platform = await PulumiStack.create(sandbox, "demo", { program: platformProgram });
    await platform.configure(await platformSettings(sandbox));
    await install(sandbox, platform, steps, interrupt);
    const shipments = await release(sandbox, steps, interrupt, keep === true);
    for (const surprise of surprises(shipments)) steps.fail(surprise);
    if (keep) whatNext(sandbox);
    else await remove(sandbox, platform, steps);
    title("What took how long");
    say(steps.table());
    for (const failure of steps.failures) say(pc.red(`unexpected: ${failure}`));
    say(`\nThe demo took ${seconds()} s.`);
    return steps.failures.length === 0 ? 0 : 1;
  } finally {
    if (!keep) await downSandbox(dir);
  }
}

async function install(
  { kubeconfig }: BareSandbox,
  platform: PulumiStack,
  steps: Steps,
  interrupt: AbortSignal,
): Promise<void> {
  title("2. The platform: Istio, Prometheus, Tekton, the canary controller and a team's namespace");
  await steps.pulumi("pulumi preview", () => platform.preview());
  await steps.pulumi("pulumi up", (options) => platform.up(options));
  interrupt.throwIfAborted();
  const workloads = await new Installed(kubeconfig).workloads();
  const table = new Table({
    head: ["namespace", "workload", "available"],
    style: { head: [], border: [], compact: true },
  });
  for (const { namespace, name, available, wanted } of workloads)
    table.push([namespace, name, `${available}/${wanted}`]);
  say(table.toString());
  for (const { namespace, name, available, wanted } of workloads) {
    if (available < wanted) steps.fail(`${namespace}/${name}: ${available} of ${wanted} pods are available`);
  }
  const expectNoChanges = ["--expect-no-changes"];
  await steps.pulumi("pulumi up, again", (options) => platform.up({ ...options, args: expectNoChanges }));
  await steps.pulumi("pulumi preview, again", () => platform.preview({ args: expectNoChanges }));
  say("\n$ pulumi stack output --json");
  say(JSON.stringify(await platform.outputs(), undefined, 2));
}

async function release(
  sandbox: BareSandbox,
  steps: Steps,
  interrupt: AbortSignal,
  isKept: boolean,
): Promise<Shipment[]> {
  title("3. Releases of the Service `reviews`, which find the platform by its stack's outputs");
  await startPart(sandbox.dir, "mesh", (line) => say(pc.dim(`  ${line}`)));
  await applyManifests(sandbox.kubeconfig, [reviewsService]);
  const stack = await PulumiStack.create(sandbox, "reviews");
  await stack.configure({
    platform: "organization/serin-platform/demo",
    restricted: "true",
    // As Istio does where it adds a sidecar.
    'podAnnotations["prometheus.io/scrape"]': "true",
    'podAnnotations["prometheus.io/port"]': "15020",
    'podAnnotations["prometheus.io/path"]': "/stats/prometheus",
  });
  const shipments: Shipment[] = [];
  for (const version of versions) {
    interrupt.throwIfAborted();
    say();
    shipments.push(await ship(stack, version, say));
  }
  say(summaryTable(shipments));
  if (!isKept) {
    await steps.pulumi("pulumi destroy, of the release", () => stack.destroy());
    await stopPart(sandbox.dir, "mesh");
  }
  return shipments;
}

async function remove({ kubeconfig, dir }: BareSandbox, platform: PulumiStack, steps: Steps): Promise<void> {
  title("4. All of it is removed again");
  await steps.pulumi("pulumi destroy", () => platform.destroy());
  const left = await new Installed(kubeconfig).namespaces();
  say(`  namespaces left besides those of every cluster: ${left.join(", ") || "none"}`);
  if (left.length > 0) steps.fail(`namespaces are left in ${dir}: ${left.join(", ")}`);
}

function whatNext({ kubeconfig }: BareSandbox): void {
  title("What to try next");
  say(`  KUBECONFIG=${kubeconfig} kubectl get pods -A`);
  say('  eval "$(npm run -s sandbox -- env --dir DIR)"   sets the shell up for pulumi on this cluster');
  say("  npm run sandbox -- down --dir DIR               when you have seen enough");
}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
}

new Command("demo:platform")
  .description("Installs the platform on a cluster of its own by `pulumi up`, releases on it, and removes it again.")
  .option("--dir <folder>", "folder of the sandbox", join(packageRoot(), ".sandbox", "platform"))
  .option("--keep", "leave the cluster running, with the platform on it")
  .action(async (flags: Flags) => {
    process.exitCode = await demo({ ...flags, dir: resolve(flags.dir) }, interrupted.signal);
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
  });
