import axios from "axios";
import type { Sent } from "../../sandbox/dataplane/load";
import type { Losses } from "../../sandbox/dataplane/recorder";
import type { Split } from "../../sandbox/dataplane/splits";
import type { RequestCount } from "../../sandbox/mesh/counters";
import { NAMESPACE, type Stage } from "./stage";

/** What became of the requests to a Service, by the proxies and by whoever sent them. */
export interface Traffic {
  readonly splits: readonly Split[];
  readonly sent: number;
  /** Requests without any answer. */
  readonly unanswered: number;
  /** Requests that a proxy could not bring to an answer of a pod, by its reasons. */
  readonly lost: Readonly<Record<string, number>>;
}

/** The requests of each workload of a Service. */
export async function requestsOf(stage: Stage, service: string): Promise<readonly RequestCount[]> {
  return (await page<RequestCount>(stage, "/requests")).filter((row) => row.service === service);
}

export async function trafficOf(stage: Stage, service: string): Promise<Traffic> {
  const named = async <T extends { readonly namespace: string; readonly name: string }>(path: string) =>
    (await page<T>(stage, path)).filter(({ name }) => name === service);
  const [splits, [sent], [losses]] = await Promise.all([
    named<Split>("/splits"),
    named<Sent>("/sent"),
    named<Losses>("/lost"),
  ]);
  return {
    splits,
    sent: sent?.requests ?? 0,
    unanswered: sent?.unanswered ?? 0,
    lost: losses?.byFlags ?? {},
  };
}

async function page<T extends { readonly namespace: string }>({ sandbox }: Stage, path: string): Promise<T[]> {
  const { data } = await axios.get<T[]>(`${sandbox.meshUrl}${path}`, { timeout: 10_000, proxy: false });
  return data.filter(({ namespace }) => namespace === NAMESPACE);
}
