import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesClient } from "../../../adapters/kubernetes/client";
import { orUndefined } from "../../../adapters/kubernetes/errors";
import { LEASES, type KubernetesObject } from "../../../adapters/kubernetes/paths";
import type { Bench } from "../bench";
import { CONTROLLER_NAMESPACE } from "../environment/accounts";
import { PLAN, SHORTEST_MS } from "../load/plan";
import { distribution } from "../measure/distribution";
import { latenessOfRound } from "../measure/evaluate";
import { across } from "../measure/lateness";
import type { FailoverResult } from "../results";
import { runRound, type Round } from "./round";

const LEASE = "serin-controller";
const POLL_MS = 100;
const PATIENCE_MS = 60_000;
/** Writes that the leader made just before it was killed may be seen until then. */
const IN_FLIGHT_MS = 250;

/** A round with two replicas, in the middle of which the one that leads is killed. */
export async function runFailoverRound(
  bench: Bench,
  before: Round,
): Promise<{ readonly round: Round; readonly failover: FailoverResult }> {
  const { controllers, environment, signal, say } = bench;
  const { client } = environment;
  // The replica that has run alone so far leads.
  const leader = await holder(client);
  await controllers.start();
  let killedAt = 0;
  let leaseMs: number | undefined;
  const round = await runRound(bench, before, async (from) => {
    await sleep(from + SHORTEST_MS / 2 - Date.now(), undefined, { signal });
    if ((await holder(client)) !== leader) throw new Error(`the Lease ${LEASE} has changed hands by itself`);
    killedAt = Date.now();
    await controllers.killFirst();
    say("the leader was killed");
    if (leader !== undefined) leaseMs = await untilAnotherLeads(bench, leader, killedAt);
  });
  const straddling = across(latenessOfRound(round.releases, round.observations), killedAt, PLAN.intervalMs);
  const next = round.observations.writes.find((at) => at > killedAt + IN_FLIGHT_MS);
  const failover: FailoverResult = {
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(next === undefined ? {} : { nextWriteMs: next - killedAt }),
    afterDue: distribution(straddling.map(({ afterDueMs }) => afterDueMs)),
  };
  return { round, failover };
}

async function untilAnotherLeads({ environment, signal, say }: Bench, leader: string, since: number) {
  while (Date.now() - since < PATIENCE_MS) {
    const now = await holder(environment.client);
    if (now !== undefined && now !== leader) {
      say(`another replica leads after ${((Date.now() - since) / 1000).toFixed(1)} s`);
      return Date.now() - since;
    }
    await sleep(POLL_MS, undefined, { signal });
  }
  return undefined;
}

/** Who holds the controllers' Lease; undefined when nobody does. */
async function holder(client: KubernetesClient): Promise<string | undefined> {
  type Lease = KubernetesObject & { readonly spec?: { readonly holderIdentity?: string } };
  const lease = await orUndefined(client.get<Lease>(LEASES, CONTROLLER_NAMESPACE, LEASE));
  return lease?.spec?.holderIdentity || undefined;
}
