import { setTimeout as sleep } from "node:timers/promises";
import axios from "axios";
import { DESTINATION_RULES, ruleName, VIRTUAL_SERVICES, type VirtualService } from "../../adapters/istio/rules";
import { weightsBySubset } from "../../adapters/istio/virtualService";
import { orUndefined } from "../../adapters/kubernetes/errors";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { DEPLOYMENTS, EXPERIMENTS, SERVICES, type Collection } from "../../adapters/kubernetes/paths";
import { parseMatrix } from "../../adapters/prometheus/rangeResult";
import { experimentObject } from "../reaction/experiment";
import { firstBadScrape } from "../reaction/scrapes";
import { REQUESTS_PER_SECOND, spread, TURN, type ReactionSet } from "../reaction/sets";
import type { Release } from "../scale/load/releases";
import type { Controller } from "./controller";
import { createService, createVersion, errorRate, remove, setLoad, untilReady, versionName } from "./objects";
import { requestsOf, trafficOf, type Traffic } from "./pages";
import { reactionOf, type Failure, type Reaction, type Seen } from "./reaction";
import { NAMESPACE, type Stage } from "./stage";

/** What came of one release. */
export interface ReleaseResult {
  readonly service: string;
  readonly outcome: Reaction | Failure;
  readonly traffic: Traffic;
}

const PODS: Collection = { apiVersion: "v1", plural: "pods" };
const SET: ReactionSet = { name: "100 % errors", errorRate: 1, withLatency: false };
/** The releases begin at any moment within so long. */
const START_WITHIN_MS = 1_000;
/** Until Prometheus has a past of the baseline. */
const PAST_MS = 5_000;
const GUARD_WITHIN_MS = 30_000;
const TURN_WITHIN_MS = 60_000;
const END_WITHIN_MS = 90_000;
/** After the end: whatever still reaches the candidate then shows in the proxies' log. */
const AFTERWARDS_MS = 3_000;
/** Requests that were sent when the load ended are answered, and counted. */
const LAST_ANSWERS_MS = 1_000;

/** Carries out the i-th release, whose candidate turns bad, and removes what it is made of. */
export async function runRelease(stage: Stage, controller: Controller, i: number): Promise<ReleaseResult> {
  const { client, signal } = stage;
  const service = `web-${String(i + 1).padStart(3, "0")}`;
  const names = { experiment: service, baseline: versionName(service, "v1"), candidate: versionName(service, "v2") };
  const release: Release = { namespace: NAMESPACE, service, ...names, behaviour: "turnsBad" };
  const outcome = await carryOut(stage, controller, release, i).catch((error: unknown): Failure => {
    signal.throwIfAborted();
    controller.assertAlive();
    return { failure: error instanceof Error ? error.message : String(error) };
  });
  await setLoad(client, service, 0);
  await sleep(LAST_ANSWERS_MS, undefined, { signal });
  const traffic = await trafficOf(stage, service);
  const rule = ruleName({ name: service, namespace: NAMESPACE });
  await remove(client, [
    [EXPERIMENTS, names.experiment],
    [SERVICES, service],
    [DEPLOYMENTS, names.baseline],
    [DEPLOYMENTS, names.candidate],
    [VIRTUAL_SERVICES, rule],
    [DESTINATION_RULES, rule],
  ]);
  return { service, outcome, traffic };
}

async function carryOut(
  stage: Stage,
  controller: Controller,
  release: Release,
  i: number,
): Promise<Reaction | Failure> {
  const { client, sandbox, signal, until } = stage;
  const { service, experiment, baseline, candidate } = release;
  await createVersion(client, service, "v1");
  await untilReady(stage, service, "v1");
  await createService(client, service, REQUESTS_PER_SECOND);
  await sleep(PAST_MS + START_WITHIN_MS * spread(i).start, undefined, { signal });

  const begunAt = Date.now();
  await client.create(EXPERIMENTS, experimentObject(release, SET, sandbox.prometheusUrl));
  await until(`${service} has a route`, async () => (await candidateWeight(stage, service)) === 0, GUARD_WITHIN_MS);
  await createVersion(client, service, "v2");
  const { turnedAt, weight } = await turnBad(stage, service, spread(i).turn);

  let ended: ExperimentResource | undefined;
  const hasEnded = async (): Promise<boolean> => {
    controller.assertAlive();
    ended = await client.get<ExperimentResource>(EXPERIMENTS, NAMESPACE, experiment);
    return ended.status?.serin?.stage === "ended";
  };
  await until(`${service} is over`, hasEnded, END_WITHIN_MS);
  await sleep(AFTERWARDS_MS, undefined, { signal });

  const rows = await requestsOf(stage, service);
  const row = rows.find(({ workload }) => workload === candidate);
  const { decidedAt, verdict } = ended?.status?.serin ?? {};
  const seen: Seen = {
    weight,
    turnedAt,
    firstErrorAt: row?.firstErrorAt ?? undefined,
    lastRequestAt: row?.lastRequestAt,
    shownUntil: rows.find(({ workload }) => workload === baseline)?.lastRequestAt,
    scrapedAt: await firstScrape(stage, release, begunAt),
    decidedAt: decidedAt === undefined ? undefined : Date.parse(decidedAt),
    verdict,
  };
  return reactionOf(seen);
}

/** The weight that the route asks for, in percent; undefined while there is no route. */
async function candidateWeight({ client }: Stage, service: string): Promise<number | undefined> {
  const ref = { name: service, namespace: NAMESPACE };
  const rule = await orUndefined(client.get<VirtualService>(VIRTUAL_SERVICES, NAMESPACE, ruleName(ref)));
  return rule && (weightsBySubset(ref, rule)["candidate"] ?? 0);
}

/**
 * Waits until the candidate has its share, and within two seconds more makes its pods fail.
 *
 * @param part of the two seconds, 0 to 1
 */
async function turnBad(stage: Stage, service: string, part: number): Promise<Pick<Seen, "turnedAt" | "weight">> {
  const { client, signal, until } = stage;
  const hasShare = async () => ((await candidateWeight(stage, service)) ?? 0) >= TURN.atWeight;
  await until(`the candidate of ${service} has ${TURN.atWeight} %`, hasShare, TURN_WITHIN_MS);
  await sleep(TURN.withinMs * part, undefined, { signal });
  const pods = await client.list(PODS, NAMESPACE, `app=${service},version=v2`);
  const weight = (await candidateWeight(stage, service)) ?? 0;
  const turnedAt = Date.now();
  const patch = { metadata: { annotations: errorRate(SET.errorRate) } };
  await Promise.all(pods.map(({ metadata }) => client.merge(PODS, NAMESPACE, metadata.name, patch)));
  return { turnedAt, weight };
}

/** When the first scrape was that shows a failed request of the candidate, by the reporter that releases are judged by. */
async function firstScrape({ sandbox }: Stage, release: Release, sinceMs: number): Promise<number | undefined> {
  const seconds = Math.ceil((Date.now() - sinceMs) / 1000);
  const selector = `reporter="source",response_code="500",destination_workload="${release.candidate}"`;
  const { data } = await axios.get<string>(`${sandbox.prometheusUrl}/api/v1/query`, {
    params: { query: `istio_requests_total{${selector}}[${seconds}s]` },
    responseType: "text",
    transformResponse: (body: unknown) => body,
    timeout: 30_000,
    proxy: false,
  });
  const answer = parseMatrix(data, "Prometheus");
  if (answer.kind === "fault") throw new Error(answer.detail);
  return firstBadScrape(release, answer.series);
}
