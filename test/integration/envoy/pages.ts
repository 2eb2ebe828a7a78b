import axios from "axios";
import type { Sandbox } from "../../../sandbox/cluster";
import type { Sent } from "../../../sandbox/dataplane/load";
import type { Losses } from "../../../sandbox/dataplane/recorder";
import type { Split } from "../../../sandbox/dataplane/splits";
import type { RequestCount } from "../../../sandbox/mesh/counters";

interface Pages {
  readonly "/requests": RequestCount;
  readonly "/splits": Split;
  readonly "/sent": Sent;
  readonly "/lost": Losses;
}

/** The rows of a page of the data plane that are about one namespace. */
export async function rowsOf<P extends keyof Pages>(
  { meshUrl }: Sandbox,
  page: P,
  namespace: string,
): Promise<readonly Pages[P][]> {
  const { data } = await axios.get<Pages[P][]>(`${meshUrl}${page}`, { proxy: false });
  return data.filter((row) => row.namespace === namespace);
}

/** Requests that pods of a namespace have answered so far, without an error. */
export async function answeredIn(sandbox: Sandbox, namespace: string): Promise<number> {
  const rows = (await rowsOf(sandbox, "/requests", namespace)).filter(({ workload }) => workload !== "unknown");
  return rows.reduce((sum, { requests, errors }) => sum + requests - errors, 0);
}

/** Requests of a namespace that were lost so far, by service and the proxy's reason; services without any are left out. */
export async function lostIn(sandbox: Sandbox, namespace: string): Promise<Record<string, Losses["byFlags"]>> {
  const rows = await rowsOf(sandbox, "/lost", namespace);
  return Object.fromEntries(rows.filter(({ lost }) => lost > 0).map(({ name, byFlags }) => [name, byFlags]));
}
