import axios from "axios";
import type { Losses } from "../dataplane/recorder";
import type { Sent } from "../dataplane/load";
import { gapsOf, type Gap, type Split } from "../dataplane/splits";
import type { RequestCount } from "../mesh/counters";

/** What became of the requests to a service, by all who saw them. */
export interface Traffic {
  readonly sent: number;
  /** Requests that got no answer, or one by a proxy instead of a pod, since a pod answered for the first time. */
  readonly failed: number;
  readonly answeredBy: Readonly<Record<string, number>>;
  readonly largestGap: Gap | undefined;
}

/** Asks the data plane, which must be `envoy`. */
export async function trafficOf(meshUrl: string, namespace: string, name: string): Promise<Traffic> {
  const page = async <T extends { readonly namespace: string }>(path: string): Promise<T[]> => {
    const { data } = await axios.get<T[]>(`${meshUrl}${path}`, { proxy: false });
    return data.filter((row) => row.namespace === namespace);
  };
  const [sent, lost, requests, splits] = await Promise.all([
    page<Sent>("/sent"),
    page<Losses>("/lost"),
    page<RequestCount>("/requests"),
    page<Split>("/splits"),
  ]);
  const own = <T extends { readonly name: string }>(rows: readonly T[]) => rows.filter((row) => row.name === name);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const answered = requests.filter(({ service, workload }) => service === name && workload !== "unknown");
  const gaps = gapsOf(own(splits)).sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  return {
    sent: sum(own(sent).map((row) => row.requests)),
    failed: sum(own(lost).map((row) => row.lost)) + sum(own(sent).map((row) => row.unanswered)),
    answeredBy: byVersion(answered),
    largestGap: gaps[0],
  };
}

/** Several workloads may have one version; one without a version counts under its own name. */
function byVersion(rows: readonly RequestCount[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { version, workload, requests } of rows) {
    const name = version ?? workload;
    counts[name] = (counts[name] ?? 0) + requests;
  }
  return counts;
}

/** Some lines for people. */
export function trafficLines({ sent, failed, answeredBy, largestGap }: Traffic): string[] {
  const count = (value: number) => value.toLocaleString("en");
  const answers = Object.entries(answeredBy).map(([version, requests]) => `${version} ${count(requests)}`);
  const gap = largestGap && [
    `${largestGap.points.toFixed(1)} points: of ${count(largestGap.requests)} requests`,
    `${largestGap.seen.toFixed(1)} % reached ${largestGap.workload}, asked were ${largestGap.asked} %`,
    `(standard deviation by chance: ${largestGap.standardDeviation.toFixed(1)})`,
  ];
  return [
    `requests sent                         ${count(sent)}`,
    `answered by                           ${answers.join(", ")}`,
    `failed because of a release           ${count(failed)}`,
    `largest gap, weight asked and seen    ${gap?.join(" ") ?? "no weights were asked for"}`,
  ];
}
