import { setTimeout as sleep } from "node:timers/promises";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { EXPERIMENTS } from "../../adapters/kubernetes/paths";
import { ExporterClient } from "../scale/bench";
import { Controllers } from "../scale/controller/controllers";
import type { Environment } from "../scale/environment/environment";
import { createCandidates, createServices, removeOld } from "../scale/load/cluster";
import { forEach } from "../scale/load/parallel";
import { experimentKey, serviceKey, type Release } from "../scale/load/releases";
import { experimentObject } from "./experiment";
import type { Flags } from "./flags";
import { reactionOf } from "./reaction";
import type { SetResult } from "./rows";
import { errorSamples, firstBadScrape } from "./scrapes";
import { releasesOfSet, SETS, spread, type ReactionSet } from "./sets";

/** Until Prometheus has a past of every Service, and until the controller knows new versions. */
const FIRST_SETTLE_MS = 15_000;
const SETTLE_MS = 3_000;
/** The releases of a set begin at any moment within so long. */
const START_WITHIN_MS = 1_000;
const POLL_MS = 250;
/** A release that takes longer is given up. */
const PATIENCE_MS = 150_000;

/** Everything that a set works with. */
interface Bench {
  readonly flags: Flags;
  readonly environment: Environment;
  readonly controllers: Controllers;
  readonly exporter: ExporterClient;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Runs all sets, one after the other, with one controller. */
export async function run(
  flags: Flags,
  environment: Environment,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<readonly SetResult[]> {
  const controllers = new Controllers(environment, undefined, signal);
  const exporter = new ExporterClient(environment.exporterUrl);
  const bench: Bench = { flags, environment, controllers, exporter, signal, say };
  try {
    await controllers.start();
    const results: SetResult[] = [];
    for (const [i, set] of SETS.entries()) results.push(await runSet(bench, set, i + 1));
    return results;
  } finally {
    await controllers.stop();
  }
}

async function runSet(bench: Bench, set: ReactionSet, round: number): Promise<SetResult> {
  const { flags, exporter, signal, say } = bench;
  const { client, prometheusUrl } = bench.environment;
  const releases = releasesOfSet(set, round, flags.runs);
  if (round === 1) await createServices(client, releases);
  await createCandidates(client, releases);
  const since = Date.now();
  await exporter.begin(releases);
  await sleep(round === 1 ? FIRST_SETTLE_MS : SETTLE_MS, undefined, { signal });

  say(`${set.name}: ${releases.length} releases, ${flags.concurrency} at a time`);
  const ended = new Map<string, ExperimentResource>();
  const indexed = releases.map((release, i) => ({ release, i }));
  await forEach(indexed, flags.concurrency, async ({ release, i }) => {
    await sleep(START_WITHIN_MS * spread(i).start, undefined, { signal });
    await client.create(EXPERIMENTS, experimentObject(release, set, prometheusUrl));
    ended.set(experimentKey(release), await untilEnded(bench, release));
  });

  const [observations, samples] = [await exporter.observations(), await errorSamples(prometheusUrl, since)];
  const reactions = releases.map((release) => {
    const { decidedAt, verdict } = ended.get(experimentKey(release))?.status?.serin ?? {};
    const key = serviceKey(release);
    const seen = {
      candidate: release.candidate,
      turnedBadAt: observations.turnedBad[key],
      scrapedAt: firstBadScrape(release, samples),
      decidedAt: decidedAt === undefined ? undefined : Date.parse(decidedAt),
      verdict,
      routes: observations.routes[key] ?? [],
    };
    return reactionOf(seen) ?? null;
  });
  const losers = releases.map(({ namespace, candidate }) => ({ namespace, name: candidate }));
  await removeOld(client, losers, releases);
  return { name: set.name, reactions };
}

/** The Experiment once its release is over, or as it is when the patience is. */
async function untilEnded(
  { environment, controllers, signal }: Bench,
  { namespace, experiment }: Release,
): Promise<ExperimentResource> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await sleep(POLL_MS, undefined, { signal });
    controllers.assertAlive();
    const found = await environment.client.get<ExperimentResource>(EXPERIMENTS, namespace, experiment);
    if (found.status?.serin?.stage === "ended" || Date.now() > deadline) return found;
  }
}
