import { distribution, type Distribution } from "../scale/measure/distribution";
import { kinds, seconds, short, times } from "../scale/report/format";
import { atMost, none, type Row } from "../scale/report/row";
import { totalOf, type ByKind } from "./processes";
import type { Failure, Reaction } from "./reaction";
import type { ReleaseResult } from "./release";
import type { Results } from "./run";
import { LOADS, type StandingResult } from "./standing";
import { deviations, keptOf, type Beyond } from "./weights";

/** What is aimed at. Times are in ms. */
const TARGETS = { reactionP95: 4_000, up: 30_000, memoryMiB: 1.2 * 1024 } as const;

/** The report, a line a measure. */
export function rows({ upMs, standing, releases }: Results): readonly Row[] {
  const { up } = TARGETS;
  return [
    atMost("start", "the sandbox, its programs being there", upMs, up, {
      measured: seconds(upMs),
      limit: seconds(up),
    }),
    ...standingRows(standing),
    ...(releases === undefined ? [] : [...reactionRows(releases), ...weightRows(releases)]),
  ];
}

function standingRows({ memory, changes, cpu }: StandingResult): readonly Row[] {
  return [
    ...(memory === undefined ? [] : memoryRows(memory)),
    ...(changes === undefined ? [] : [changeRow(changes)]),
    ...(cpu === undefined ? [] : cpuRows(cpu)),
  ];
}

function memoryRows(memory: ByKind): readonly Row[] {
  const phase = `memory, ${LOADS.usual} requests a second`;
  const total = totalOf(memory);
  const limit = TARGETS.memoryMiB;
  return [
    ...Object.entries(memory).map(([kind, value]) => ({ phase, measure: kind, measured: mebibytes(value) })),
    atMost(phase, "all", total, limit, { measured: mebibytes(total), limit: mebibytes(limit) }),
  ];
}

function cpuRows(cpu: ByKind): readonly Row[] {
  const phase = `CPU, ${LOADS.high} requests a second`;
  return [...Object.entries(cpu), ["all", totalOf(cpu)] as const].map(([kind, value]) => {
    return { phase, measure: kind, measured: `${value.toFixed(1)} % of a core` };
  });
}

function changeRow(changes: readonly number[]): Row {
  return {
    phase: `${changes.length} changes of a route`,
    measure: "write to the last request by the old one, p50 / p95 / max",
    measured: times(distribution(changes), "p50", "p95", "max"),
  };
}

function reactionRows(releases: readonly ReleaseResult[]): readonly Row[] {
  const phase = "reaction";
  const seen = releases.map(({ outcome }) => outcome).filter(isReaction);
  const of = (part: keyof Reaction): Distribution => distribution(seen.map((reaction) => reaction[part]));
  const told = (measure: string, part: keyof Reaction): Row => {
    return { phase, measure: `${measure}, p50 / p95 / max`, measured: times(of(part), "p50", "p95", "max") };
  };
  const [weight, whole, limit] = [of("weight"), of("errorToLast"), TARGETS.reactionP95];
  const shares = seen.length === 0 ? "–" : `${weight.min} / ${weight.p50} / ${weight.max} %`;
  return [
    { phase, measure: "weight when it turned bad, least / p50 / most", measured: shares },
    told("pods told to fail to the first error", "turnToError"),
    told("first error to first scrape of it", "errorToScrape"),
    told("first scrape to decision", "scrapeToDecision"),
    told("decision to the last request", "decisionToLast"),
    told("first error to the last request", "errorToLast"),
    atMost(phase, "  the same, p95", whole.p95, limit, { measured: seconds(whole.p95), limit: seconds(limit) }),
    none(phase, `of ${releases.length} releases not rolled back or not seen`, releases.length - seen.length),
  ];
}

function isReaction(outcome: Reaction | Failure): outcome is Reaction {
  return !("failure" in outcome);
}

function weightRows(releases: readonly ReleaseResult[]): readonly Row[] {
  const phase = "weights";
  const kept = keptOf(releases.flatMap(({ traffic }) => traffic.splits));
  const lost = sumsOf(releases.map(({ traffic }) => traffic.lost));
  const sum = (of: "sent" | "unanswered"): number => releases.reduce((total, { traffic }) => total + traffic[of], 0);
  const beyond = ({ seen, byChance }: Beyond): string => {
    return `${seen}, ${percent(seen, kept.splits)} (chance: ${percent(byChance, kept.splits)})`;
  };
  const { largest } = kept;
  return [
    { phase, measure: "splits, and requests in them", measured: `${kept.splits}, ${kept.requests}` },
    { phase, measure: "further from the weight than 2 standard deviations", measured: beyond(kept.beyondTwo) },
    { phase, measure: "  than 3 standard deviations", measured: beyond(kept.beyondThree) },
    {
      phase,
      measure: "largest gap",
      measured:
        largest === undefined
          ? "–"
          : `${short(deviations(largest))} standard deviations: ${short(largest.seen)} % of ${largest.requests} ` +
            `requests instead of ${short(largest.asked)} %`,
    },
    none(phase, "requests to a version whose weight was 0", kept.astray),
    { phase, measure: "requests sent", measured: String(sum("sent")) },
    none(phase, "  without an answer", sum("unanswered")),
    none(phase, "  lost by a proxy", totalOf(lost), kinds(lost)),
  ];
}

function sumsOf(all: readonly ByKind[]): ByKind {
  const sums: Record<string, number> = {};
  for (const [name, count] of all.flatMap(Object.entries<number>)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

function mebibytes(value: number): string {
  return `${value.toFixed(0)} MiB`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}
