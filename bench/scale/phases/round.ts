import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../bench";
import type { Observations } from "../exporter/observations";
import { createCandidates, createExperiments, createServices, removeOld } from "../load/cluster";
import { SHORTEST_MS } from "../load/plan";
import { experimentKey, releasesOf, serviceKey, type Release } from "../load/releases";
import { evaluate, type Evaluation } from "../measure/evaluate";
import { readEvents } from "../measure/events";
import { meter, type MeteredCost } from "./meter";

/** A round that takes this much longer than the shortest time is given up: what has not ended then is unfinished. */
const PATIENCE_MS = 300_000;
const POLL_MS = 500;
const TELL_EVERY_MS = 10_000;
/** Until Prometheus and the controller know the new versions. */
const SETTLE_MS = 3_000;

/** A round and what is left of it for the next one. */
export interface Round {
  readonly number: number;
  readonly releases: readonly Release[];
  readonly observations: Observations;
  readonly evaluation: Evaluation;
  readonly cost: MeteredCost;
}

/**
 * Releases a new candidate of every Service, all at the same time, and waits for the end.
 *
 * @param before the round before, whose winners are the baselines now
 * @param meanwhile what else is done, from the creation of the first Experiment on; that moment is its argument, in ms since
 *   1970
 */
export async function runRound(
  bench: Bench,
  before: Round | undefined,
  meanwhile: (from: number) => Promise<void> = () => Promise.resolve(),
): Promise<Round> {
  const { environment, exporter, signal, say } = bench;
  const { client, prometheusUrl } = environment;
  const number = (before?.number ?? 0) + 1;
  const releases = await prepare(bench, number, before);
  await exporter.begin(releases);
  await sleep(SETTLE_MS, undefined, { signal });

  const stop = await meter(bench);
  const from = Date.now();
  const other = meanwhile(from);
  const creating = createExperiments(client, releases, prometheusUrl).then(() =>
    say(`round ${number}: ${releases.length} Experiments created in ${seconds(Date.now() - from)}`),
  );
  await Promise.all([creating, other, untilCompleted(bench, number, releases.length, from)]);
  await untilTold(bench);
  const cost = await stop();

  const observations = await exporter.observations();
  const evaluation = evaluate(releases, observations, await readEvents(client), from);
  return { number, releases, observations, evaluation, cost };
}

/** Events come after the end that they tell of: they give way to all else, and go at a bounded rate. */
async function untilTold({ controllers, signal }: Bench): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  do await sleep(SETTLE_MS, undefined, { signal });
  while ((await controllers.eventsWaiting()) > 0 && Date.now() < deadline);
}

async function prepare(bench: Bench, number: number, before: Round | undefined): Promise<readonly Release[]> {
  const { client } = bench.environment;
  const { experiments, prune } = bench.flags;
  if (before !== undefined) await removeOld(client, losersOf(before), prune ? before.releases : []);
  const releases = releasesOf(experiments, number, before === undefined ? new Map() : winnersOf(before));
  if (before === undefined) await createServices(client, releases);
  await createCandidates(client, releases);
  return releases;
}

function winnersOf(round: Round): ReadonlyMap<string, string> {
  return new Map(round.releases.map((release) => [serviceKey(release), winnerOf(round, release)]));
}

/** A release without a verdict leaves the baseline as it was. */
function winnerOf({ observations }: Round, release: Release): string {
  return observations.experiments[experimentKey(release)]?.winner ?? release.baseline;
}

function losersOf(round: Round): readonly { namespace: string; name: string }[] {
  return round.releases.map((release) => {
    const { namespace, baseline, candidate } = release;
    return { namespace, name: winnerOf(round, release) === candidate ? baseline : candidate };
  });
}

async function untilCompleted(bench: Bench, number: number, wanted: number, from: number): Promise<void> {
  const { exporter, controllers, signal, say } = bench;
  let toldAt = from;
  for (;;) {
    await sleep(POLL_MS, undefined, { signal });
    controllers.assertAlive();
    const { completed } = await exporter.progress();
    const ms = Date.now() - from;
    if (completed >= wanted || ms > SHORTEST_MS + PATIENCE_MS || Date.now() - toldAt >= TELL_EVERY_MS) {
      say(`round ${number}: ${completed} of ${wanted} completed after ${seconds(ms)}`);
      toldAt = Date.now();
    }
    if (completed >= wanted || ms > SHORTEST_MS + PATIENCE_MS) return;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
