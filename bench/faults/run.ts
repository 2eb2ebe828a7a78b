import { createDraws } from "../../simulation/random/draws";
import { EXPERIMENTS, LEASES, NAMESPACES, type KubernetesObject } from "../../adapters/kubernetes/paths";
import { Adversary, type Happened } from "./adversary/adversary";
import type { Arena } from "./adversary/arena";
import { FAULT_KINDS } from "./adversary/kinds";
import { CaseRun } from "./cases/caseRun";
import { runCase, type CaseResult } from "./cases/judge";
import { patiently, untilTrue } from "./cases/patience";
import { drawCase, NAMESPACE_PREFIX } from "./cases/plan";
import type { Context } from "./context";
import { ControllerReplica } from "./drivers/controllers";
import type { Flags } from "./flags";
import { LEADER_LEASE, type LeaseObject } from "./history/history";
import { Tally } from "./invariants/tally";

/** What a run has found. */
export interface RunResult {
  readonly cases: readonly CaseResult[];
  readonly happened: readonly Happened[];
  /** What was checked beside the cases. */
  readonly tally: Tally;
  readonly crashes: number;
  readonly seconds: number;
}

/** Where lines for whoever watches go. */
export interface Tell {
  readonly fault: (line: string) => void;
  readonly done: (result: CaseResult, done: number) => void;
}

/** The garbage collector removes what belonged to deleted experiments, in its own time. */
const COLLECTED_MS = 90_000;

/** Runs all experiments, and the adversary beside them. */
export async function run(context: Context, flags: Flags, tell: Tell): Promise<RunResult> {
  const { signal, now } = context;
  const begun = now();
  const controllers = await startControllers(context, flags);
  const running = new Set<CaseRun>();
  const cases: CaseResult[] = [];
  const arena: Arena = {
    context,
    controllers,
    leader: leaderAmong(context, controllers),
    running: () => [...running],
    takeover: flags.takeover && controllers.length > 0,
  };
  const { faults, seed, only } = flags;
  const adversary = new Adversary({
    arena,
    kinds: FAULT_KINDS.filter(({ name }) => only === undefined || only.some((word) => name.includes(word))),
    faults,
    seed,
    progress: () => (cases.length + [...running].reduce((sum, { progress }) => sum + progress, 0)) / flags.experiments,
    tell: tell.fault,
  });
  const interfering = adversary.interfere();
  // Its failure is reported where it is awaited.
  interfering.catch(() => undefined);

  let next = 1;
  const worker = async (): Promise<void> => {
    while (next <= flags.experiments && !signal.aborted) {
      const index = next++;
      const one = new CaseRun(context, drawCase(index, createDraws(seed, `experiment ${index}`), flags.drivers));
      running.add(one);
      const result = await runCase(context, one);
      running.delete(one);
      cases.push(result);
      tell.done(result, cases.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: flags.concurrency }, worker));
    await adversary.stop();
    await interfering;
  } finally {
    await adversary.stop().catch(() => undefined); // it is the first failure that counts
    await Promise.all(controllers.map((replica) => replica.stop()));
  }

  const tally = new Tally();
  await checkLeftovers(context, tally);
  const crashes = controllers.reduce((sum, replica) => sum + replica.crashes, 0);
  return { cases, happened: adversary.happened, tally, crashes, seconds: (now() - begun) / 1000 };
}

async function startControllers(context: Context, { drivers, takeover }: Flags): Promise<readonly ControllerReplica[]> {
  if (!takeover && drivers.every((door) => door === "pulumi")) return [];
  await context.client.create(NAMESPACES, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: LEADER_LEASE.namespace },
  });
  const replicas = ["controller-a", "controller-b"].map((name) => new ControllerReplica(context, name));
  await Promise.all(replicas.map((replica) => replica.start()));
  return replicas;
}

/** The replica that the Lease names; undefined while nobody knows. */
function leaderAmong({ client, exchanges, signal }: Context, replicas: readonly ControllerReplica[]): Arena["leader"] {
  let holder: string | undefined;
  if (replicas.length > 0) {
    const timer = setInterval(() => {
      client
        .get<LeaseObject>(LEASES, LEADER_LEASE.namespace, LEADER_LEASE.name)
        .then(({ spec }) => (holder = spec?.holderIdentity))
        .catch(() => (holder = undefined));
    }, 500);
    timer.unref();
    signal.addEventListener("abort", () => clearInterval(timer));
  }
  return () => {
    const name = holder === undefined ? undefined : exchanges.driverOf(holder);
    return replicas.find(({ driver }) => driver !== undefined && driver.name === name);
  };
}

async function checkLeftovers({ client, now }: Context, tally: Tally): Promise<void> {
  for (const collection of [EXPERIMENTS, LEASES]) {
    let left: KubernetesObject[] = [];
    const noneLeft = async () => {
      const all = await patiently(() => client.list<KubernetesObject>(collection));
      left = all.filter(({ metadata }) => metadata.namespace?.startsWith(NAMESPACE_PREFIX));
      return left.length === 0;
    };
    await untilTrue("", noneLeft, COLLECTED_MS).catch(() => undefined);
    tally.expect("leftovers", left.length === 0, now(), () => {
      const names = left.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      return `${left.length} ${collection.plural} are left: ${names.slice(0, 5).join(", ")}`;
    });
  }
}
