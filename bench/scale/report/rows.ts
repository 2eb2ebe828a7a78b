import { SHORTEST_MS } from "../load/plan";
import type { Cost, FailoverResult, KillResult, Results, RoundResult } from "../results";
import { kinds, seconds, short, times } from "./format";
import { atMost, none, type Row } from "./row";

/** What is aimed at. Times are in ms. */
const TARGETS = {
  latenessP95: 500,
  latenessP99: 1_000,
  excess: 10_000,
  requestsPerRelease: 20,
  queriesPerSecond: 2,
  cpuPerRelease: 25,
  rssMiB: 250,
  rssGrowth: 0.1,
  idleRequestsPerSecond: 0.1,
  idleCpuPercent: 0.2,
  killLate: 2_000,
  failover: 15_000,
} as const;

/** The report, a line a measure. */
export function rows(results: Results): readonly Row[] {
  const { rounds, idle } = results;
  return [
    ...rounds.flatMap((round) => roundRows(round)),
    ...(idle === undefined ? [] : idleRows(idle)),
    ...memoryRows(rounds),
  ];
}

function roundRows(result: RoundResult): readonly Row[] {
  const { round, kill, failover } = result;
  const phase = `round ${round}${kill ? ", kill -9" : ""}${failover ? ", failover" : ""}`;
  return [
    ...(kill === undefined ? [] : killRows(phase, kill)),
    ...(failover === undefined ? [] : failoverRows(phase, failover)),
    // What a round looks like that was disturbed says nothing about those that were not.
    ...(kill === undefined && failover === undefined ? [...timingRows(phase, result), ...costRows(phase, result)] : []),
    ...correctnessRows(phase, result),
  ];
}

function timingRows(phase: string, { evaluation }: RoundResult): readonly Row[] {
  const { afterDue, gap, wallMs } = evaluation;
  const [p95, p99] = [TARGETS.latenessP95, TARGETS.latenessP99];
  const excess = wallMs === undefined ? undefined : wallMs - SHORTEST_MS;
  const plain = (measure: string, measured: string): Row => ({ phase, measure, measured });
  return [
    plain("first weight, p50 / max", times(evaluation.firstWeight, "p50", "max")),
    plain("decision after its due time, p50 / p95 / max", times(evaluation.decision, "p50", "p95", "max")),
    plain("iteration after its due time, p50 / max", times(afterDue, "p50", "max")),
    atMost(phase, "iteration after its due time, p95", afterDue.p95, p95, texts(seconds, afterDue.p95, p95)),
    atMost(phase, "iteration after its due time, p99", afterDue.p99, p99, texts(seconds, afterDue.p99, p99)),
    plain("gap between changes beyond the interval, p50 / max", times(gap, "p50", "max")),
    atMost(phase, "gap between changes beyond the interval, p95", gap.p95, p95, texts(seconds, gap.p95, p95)),
    atMost(phase, "gap between changes beyond the interval, p99", gap.p99, p99, texts(seconds, gap.p99, p99)),
    plain("good candidate's time to all traffic, p50 / max", times(evaluation.promotion, "p50", "max")),
    plain("bad from the start: first request to none, p50 / p95", times(evaluation.badToZero, "p50", "p95")),
    plain("turned bad: to no request, p50 / p95", times(evaluation.turnToZero, "p50", "p95")),
    plain("first created to last completed", seconds(wallMs)),
    atMost(
      phase,
      `  beyond the shortest possible, ${seconds(SHORTEST_MS)}`,
      excess,
      TARGETS.excess,
      texts(seconds, excess ?? NaN, TARGETS.excess),
    ),
  ];
}

function costRows(phase: string, { cost, evaluation: { releases } }: RoundResult): readonly Row[] {
  const { requests, prometheusQueries, ms, cpuMs } = cost;
  const perSecond = (1000 * prometheusQueries) / ms;
  const limit = TARGETS.requestsPerRelease;
  const outside = Object.values(requests.readsOutsideInformers).reduce((sum, count) => sum + count, 0);
  const told = (measure: string, value: number, most: number, unit = ""): Row =>
    atMost(
      phase,
      measure,
      value,
      most,
      texts((number) => `${short(number)}${unit}`, value, most),
    );
  return [
    told("API requests a release", requests.total / releases, limit),
    { phase, measure: "  by verb and resource", measured: kinds(requests.byKind) },
    none(phase, "  GET and LIST outside informers", outside, kinds(requests.readsOutsideInformers)),
    { phase, measure: "  LIST and WATCH of informers", measured: kinds(requests.informers) || "none" },
    { phase, measure: "  conflicts / other errors", measured: `${requests.conflicts} / ${requests.failed}` },
    { phase, measure: "Prometheus queries", measured: String(prometheusQueries) },
    told("Prometheus queries a second", perSecond, TARGETS.queriesPerSecond),
    told("CPU a release", cpuMs / releases, TARGETS.cpuPerRelease, " ms"),
    told("memory, most", cost.peakRssMiB, TARGETS.rssMiB, " MiB"),
    { phase, measure: "API server's CPU a release", measured: `${short(cost.apiServerCpuMs / releases)} ms` },
  ];
}

function correctnessRows(phase: string, { evaluation }: RoundResult): readonly Row[] {
  const { releases, completed, mistakes, events } = evaluation;
  const wrong = Object.values(mistakes).reduce((sum, count) => sum + count, 0);
  return [
    { phase, measure: "releases completed", measured: `${completed} of ${releases}` },
    none(phase, "wrong outcomes", wrong, kinds(mistakes)),
    none(phase, "early iterations", evaluation.early),
    none(phase, "jumps of the weight", evaluation.jumps),
    none(phase, "doubled iterations", evaluation.doubledIterations),
    none(phase, "lost iterations", evaluation.lostIterations),
    none(phase, "Events not told", events.lost),
    { phase, measure: "Events told twice", measured: String(events.doubled) },
  ];
}

function killRows(phase: string, { startMs, afterDue, beyondRestart, early }: KillResult): readonly Row[] {
  const late = beyondRestart.max;
  return [
    { phase, measure: "restart to ready", measured: seconds(startMs) },
    {
      phase,
      measure: `iterations across the kill (${afterDue.count}): after their due time, p50 / max`,
      measured: times(afterDue, "p50", "max"),
    },
    atMost(
      phase,
      "  the same, if due while nothing ran: after the restart, max",
      late,
      TARGETS.killLate,
      texts(seconds, late, TARGETS.killLate),
    ),
    none(phase, "  early ones of these", early),
  ];
}

function failoverRows(phase: string, { leaseMs, nextWriteMs, afterDue }: FailoverResult): readonly Row[] {
  const limit = TARGETS.failover;
  return [
    { phase, measure: "kill to another holder of the Lease", measured: seconds(leaseMs) },
    atMost(phase, "kill to the next write", nextWriteMs, limit, texts(seconds, nextWriteMs ?? NaN, limit)),
    {
      phase,
      measure: `iterations across the kill (${afterDue.count}): after their due time, p50 / max`,
      measured: times(afterDue, "p50", "max"),
    },
  ];
}

function idleRows(cost: Cost): readonly Row[] {
  const { requests, ms } = cost;
  const phase = `idle for ${(ms / 1000).toFixed(0)} s`;
  const perSecond = (1000 * requests.total) / ms;
  const percent = (100 * cost.cpuMs) / ms;
  const [most, cpu] = [TARGETS.idleRequestsPerSecond, TARGETS.idleCpuPercent];
  const percents = (value: number): string => `${short(value)} %`;
  return [
    atMost(phase, "API requests a second", perSecond, most, texts(short, perSecond, most)),
    { phase, measure: "  by verb and resource", measured: kinds(requests.byKind) || "none" },
    { phase, measure: "Prometheus queries", measured: String(cost.prometheusQueries) },
    atMost(phase, "CPU of a core", percent, cpu, texts(percents, percent, cpu)),
  ];
}

/** Memory must not grow with the releases that are over. */
function memoryRows(all: readonly RoundResult[]): readonly Row[] {
  const plain = all.filter(({ kill, failover }) => kill === undefined && failover === undefined);
  const [second, last] = [plain[1], plain.at(-1)];
  // The first round has all the rest of the start in it.
  if (second === undefined || last === undefined || second === last) return [];
  const growth = last.cost.rssMiB / second.cost.rssMiB - 1;
  const phase = `rounds ${second.round} to ${last.round}`;
  const median = `${short(second.cost.rssMiB)} to ${short(last.cost.rssMiB)} MiB`;
  const percents = (value: number): string => `${short(100 * value)} %`;
  return [
    { phase, measure: "median memory of a round", measured: median },
    atMost(phase, "  growth", growth, TARGETS.rssGrowth, texts(percents, growth, TARGETS.rssGrowth)),
  ];
}

function texts(format: (value: number) => string, value: number, limit: number): { measured: string; limit: string } {
  return { measured: format(value), limit: format(limit) };
}
