import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { Command, Option } from "commander";
import pc from "picocolors";
import { experimentCrdYaml } from "../../adapters/kubernetes/crd";
import { downSandbox, type Sandbox, type TrafficPlane, trafficPlanes, upSandbox } from "../cluster";
import { PulumiStack } from "../pulumi/pulumiStack";
import { packageRoot } from "../toolchain/packageRoot";
import { bookinfo } from "./bookinfo";
import { ship, type Shipment } from "./ship";
import { summaryTable, surprises } from "./summary";
import { trafficLines, trafficOf } from "./traffic";
import { versions } from "./versions";

const say = (line = ""): void => void process.stdout.write(`${line}\n`);
const title = (text: string): void => say(`\n${pc.bold(text)}`);

interface Flags {
  readonly dir: string;
  readonly keep?: boolean;
  readonly dataPlane: TrafficPlane;
}

async function demo({ dir, keep, dataPlane }: Flags, interrupt: AbortSignal): Promise<number> {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(0);
  title("1. A cluster of its own: API server, scheduler, nodes, Prometheus and a mesh, on this machine");
  const report = (line: string) => say(pc.dim(`  ${line}`));
  await downSandbox(dir, { purge: true, report });
  const sandbox = await upSandbox({
    dir,
    report,
    ownerPid: keep ? undefined : process.pid,
    dataPlane,
    manifests: [experimentCrdYaml(), bookinfo],
    signal: interrupt,
  });
  say(`  ready after ${seconds()} s`);
  try {
    title("2. Three versions of the Service `reviews`, one `pulumi up` each");
    const stack = await PulumiStack.create(sandbox, "demo");
    await stack.configure({ prometheusUrl: sandbox.prometheusUrl });
    const shipments: Shipment[] = [];
    for (const version of versions) {
      interrupt.throwIfAborted();
      say();
      shipments.push(await ship(stack, version, say));
    }
    title("3. What happened");
    say(summaryTable(shipments));
    say("\n$ pulumi stack output --json");
    say(JSON.stringify(shipments.at(-1)?.outputs, undefined, 2));
    const wrong = surprises(shipments);
    if (sandbox.dataPlane === "envoy") wrong.push(...(await tellTraffic(sandbox)));
    for (const surprise of wrong) say(pc.red(`unexpected: ${surprise}`));
    say(`\nThe demo took ${seconds()} s.`);
    whatNext(sandbox, keep === true);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    if (!keep) await downSandbox(dir);
  }
}

/** What the requests met, by all who saw them. @returns what should not have been */
async function tellTraffic({ meshUrl }: Sandbox): Promise<string[]> {
  const traffic = await trafficOf(meshUrl, "bookinfo", "reviews");
  title("4. The requests, which istiod and Envoy routed");
  for (const line of trafficLines(traffic)) say(`  ${line}`);
  return traffic.failed === 0 ? [] : [`${traffic.failed} requests failed because of a release`];
}

function whatNext({ kubeconfig, prometheusUrl }: Sandbox, kept: boolean): void {
  title("What to try next");
  if (kept) {
    say(`  KUBECONFIG=${kubeconfig} kubectl get experiments -n bookinfo`);
    say(`  ${prometheusUrl}/graph?g0.expr=istio_requests_total   the traffic behind the verdicts`);
    say('  eval "$(npm run -s sandbox -- env)"                      sets the shell up for pulumi on this cluster');
    say("  npm run sandbox -- down                                  when you have seen enough");
  } else {
    say("  npm run demo -- --keep     leaves the cluster running, to look at it with kubectl");
  }
  say("  stacks/release/            the program that was run; Pulumi.<environment>.yaml holds its settings");
  say("  README.md                  how to use Serin on your own cluster");
}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
}

new Command("npm run demo --")
  .description("Ships three versions of a service on a cluster of its own: one good, one bad, one good.")
  .option("--dir <folder>", "folder of the cluster's state", join(packageRoot(), ".sandbox"))
  .addOption(
    new Option("--data-plane <name>", "real requests through Envoy where it can be had, or simulated ones")
      .choices(trafficPlanes)
      .default("envoy"),
  )
  .option("--keep", "leave the cluster running afterwards")
  .action(async (flags: Flags) => {
    process.exitCode = await demo({ ...flags, dir: resolve(flags.dir) }, interrupted.signal);
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${pc.red("error:")} ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
