import type { Bench } from "../bench";
import { usageOf } from "../controller/procfs";
import { countRequests, type AuditedRequest } from "../measure/audit";
import { distribution } from "../measure/distribution";
import { queryCount } from "../measure/prometheusQueries";
import type { Cost } from "../results";

/** A cost whose requests are still to be counted: the API server writes a watch down only when it ends. */
export interface MeteredCost extends Omit<Cost, "requests"> {
  /** In ms since 1970. */
  readonly from: number;
  readonly to: number;
}

interface Reading {
  readonly at: number;
  readonly queries: number;
  readonly cpuMs: number;
  readonly apiServerCpuMs: number;
}

/** Begins to measure. The result ends the measurement. */
export async function meter(bench: Bench): Promise<() => Promise<MeteredCost>> {
  const before = await read(bench);
  return async () => {
    const after = await read(bench);
    const [from, to] = [before.at, after.at];
    const samples = bench.controllers.samples().filter(({ at }) => at >= from && at < to);
    return {
      from,
      to,
      ms: to - from,
      prometheusQueries: after.queries - before.queries,
      cpuMs: after.cpuMs - before.cpuMs,
      apiServerCpuMs: after.apiServerCpuMs - before.apiServerCpuMs,
      rssMiB: distribution(samples.map(({ rssMiB }) => rssMiB)).p50,
      peakRssMiB: bench.controllers.peakRssMiB(),
    };
  };
}

async function read({ environment, controllers }: Bench): Promise<Reading> {
  const queries = await queryCount(environment.prometheusUrl);
  const apiServerCpuMs = usageOf(environment.pidOf("kube-apiserver")).cpuMs;
  return { at: Date.now(), queries, cpuMs: controllers.cpuMs(), apiServerCpuMs };
}

/** Adds the requests of the time that was measured. */
export function withRequests({ from, to, ...cost }: MeteredCost, requests: readonly AuditedRequest[]): Cost {
  return { ...cost, requests: countRequests(requests, from, to) };
}
