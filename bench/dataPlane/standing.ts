import { setTimeout as sleep } from "node:timers/promises";
import { DESTINATION_RULES, VIRTUAL_SERVICES } from "../../adapters/istio/rules";
import { DEPLOYMENTS, SERVICES } from "../../adapters/kubernetes/paths";
import { spread } from "../reaction/sets";
import type { Flags, Measure } from "./flags";
import {
  createService,
  createVersion,
  destinationRule,
  remove,
  setLoad,
  untilReady,
  versionName,
  virtualService,
} from "./objects";
import { requestsOf } from "./pages";
import { cpuByKind, memoryByKind, usesOf, type ByKind } from "./processes";
import { NAMESPACE, type Stage } from "./stage";

/** What a Service with two versions costs, and how soon its route changes. */
export interface StandingResult {
  /** Memory in MiB. */
  readonly memory?: ByKind;
  /** Each change: from its writing to the last request by the weight before, in ms. */
  readonly changes?: readonly number[];
  /** Part of a core, in percent. */
  readonly cpu?: ByKind;
}

/** As many requests as in the demo, and more, each second. */
export const LOADS = { usual: 100, high: 500 } as const;

const APP = "reviews";
const VERSIONS = ["v1", "v2"] as const;
const REPLICAS = 2;
/** Once one version alone has had requests for so long, in ms, its route is in effect. */
const QUIET_MS = 1_000;
const CHANGE_WITHIN_MS = 30_000;
/** The changes begin at any moment within so long. */
const START_WITHIN_MS = 1_000;
/** Until a new load is what it will be. */
const LOAD_SETTLE_MS = 5_000;

/** Measures with a Service of two versions, of two pods each. */
export async function measureStanding(stage: Stage, flags: Flags): Promise<StandingResult> {
  const { client } = stage;
  const wants = (measure: Measure): boolean => flags.only.includes(measure);
  if (!wants("memory") && !wants("changes") && !wants("cpu")) return {};
  for (const version of VERSIONS) await createVersion(client, APP, version, REPLICAS);
  for (const version of VERSIONS) await untilReady(stage, APP, version);
  await client.create(DESTINATION_RULES, destinationRule(APP, VERSIONS));
  await client.create(VIRTUAL_SERVICES, virtualService(APP, { v1: 50, v2: 50 }));
  await createService(client, APP, LOADS.usual);

  const memory = wants("memory") ? await measureMemory(stage, flags.settle) : undefined;
  const changes = wants("changes") ? await measureChanges(stage, flags.changes) : undefined;
  const cpu = wants("cpu") ? await measureCpu(stage, flags.cpuSeconds) : undefined;

  await remove(client, [
    [SERVICES, APP],
    [VIRTUAL_SERVICES, APP],
    [DESTINATION_RULES, APP],
    ...VERSIONS.map((version) => [DEPLOYMENTS, versionName(APP, version)] as const),
  ]);
  return { memory, changes, cpu };
}

async function measureMemory({ sandbox, signal, say }: Stage, seconds: number): Promise<ByKind> {
  say(`memory after ${seconds} s of ${LOADS.usual} requests a second`);
  await sleep(1000 * seconds, undefined, { signal });
  return memoryByKind(usesOf(sandbox.dir));
}

async function measureChanges(stage: Stage, count: number): Promise<readonly number[]> {
  stage.say(`${count} changes of a route`);
  await changeTo(stage, "v1");
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    await sleep(START_WITHIN_MS * spread(i).start, undefined, { signal: stage.signal });
    times.push(await changeTo(stage, i % 2 === 0 ? "v2" : "v1"));
  }
  return times;
}

/**
 * Gives a version all requests. From one change to the next there is always one version that has all of them, so that the
 * last request of the other one tells when a proxy began to heed the new route.
 *
 * @returns ms from the writing to the last request of the other version
 */
async function changeTo(stage: Stage, version: (typeof VERSIONS)[number]): Promise<number> {
  const { client, until } = stage;
  const weights = Object.fromEntries(VERSIONS.map((each) => [each, each === version ? 100 : 0]));
  const writtenAt = Date.now();
  await client.merge(VIRTUAL_SERVICES, NAMESPACE, APP, { spec: virtualService(APP, weights).spec });
  let last = NaN;
  const isInEffect = async (): Promise<boolean> => {
    const rows = await requestsOf(stage, APP);
    const lastOf = (of: string): number =>
      rows.find(({ workload }) => workload === versionName(APP, of))?.lastRequestAt ?? NaN;
    last = lastOf(version === "v1" ? "v2" : "v1");
    return lastOf(version) - last > QUIET_MS;
  };
  await until(`${APP} is routed to ${version}`, isInEffect, CHANGE_WITHIN_MS);
  return last - writtenAt;
}

async function measureCpu({ client, sandbox, signal, say }: Stage, seconds: number): Promise<ByKind> {
  say(`processor time over ${seconds} s of ${LOADS.high} requests a second`);
  await client.apply(VIRTUAL_SERVICES, virtualService(APP, { v1: 50, v2: 50 }));
  await setLoad(client, APP, LOADS.high);
  await sleep(LOAD_SETTLE_MS, undefined, { signal });
  const [begun, before] = [performance.now(), usesOf(sandbox.dir)];
  await sleep(1000 * seconds, undefined, { signal });
  const [ended, after] = [performance.now(), usesOf(sandbox.dir)];
  const percent = Object.entries(cpuByKind(before, after)).map(([kind, ms]) => [kind, (100 * ms) / (ended - begun)]);
  return Object.fromEntries(percent) as ByKind;
}
