import type { RangeSource } from "../client";
import type { CounterQuery } from "../counts";
import { askAboutPast, lastWindow, readHistory, spanOf, type History, type Span } from "../past";
import type { RangeResult, RangeSeries } from "../rangeResult";
import { istioLabels } from "../versions";
import { AnswerRows } from "./answer";
import { askAll } from "./ask";
import { Groups, type Cell } from "./groups";
import type { FleetOptions, FleetRequest } from "./observeFleet";
import { Suspects } from "./suspects";

/** One release whose past is to be observed, as for `observeHistory`. */
export interface FleetHistoryRequest extends Pick<FleetRequest, "definitions" | "versions" | "maxAgeMs"> {
  /** Length of a window in ms, at least 1000. */
  readonly windowMs: number;
  /** How many windows to look back, 1 to 10000. Default: 120. */
  readonly windows?: number;
}

/** Half of what the client reads of one answer, and about what a point takes. */
const MOST_BYTES = 8 * 1024 * 1024;
const BYTES_PER_POINT = 40;

/**
 * What the counters of many pairs of Deployments did before releases that begin at `now`: the same as `observeHistory` for
 * each of them, by one query for all that have the same windows. Queries that are too long, or whose answers would be, are
 * split.
 *
 * @param now ms since 1970
 * @returns one a request, in their order
 */
export async function observeFleetHistory(
  source: RangeSource,
  requests: readonly FleetHistoryRequest[],
  now: number,
  { suspects = new Suspects(), signal }: FleetOptions = {},
): Promise<readonly History[]> {
  const bySpan = new Map<string, { readonly span: Span; readonly indexes: number[] }>();
  for (const [i, { windowMs, windows = 120 }] of requests.entries()) {
    const span = spanOf(now, windowMs, windows);
    const key = JSON.stringify(span);
    const others = bySpan.get(key);
    if (others === undefined) bySpan.set(key, { span, indexes: [i] });
    else others.indexes.push(i);
  }
  const histories = new Map<number, History>();
  for (const { span, indexes } of bySpan.values()) {
    const those = indexes.map((i) => requests[i] as FleetHistoryRequest);
    const read = await observeSpan(source, those, span, { suspects, signal });
    for (const [i, history] of read.entries()) histories.set(indexes[i] as number, history);
  }
  return requests.map((_, i) => histories.get(i) as History);
}

async function observeSpan(
  source: RangeSource,
  requests: readonly FleetHistoryRequest[],
  span: Span,
  { suspects, signal }: Required<Pick<FleetOptions, "suspects">> & FleetOptions,
): Promise<History[]> {
  const groups = new Groups<RangeSeries>();
  const window = lastWindow(span);
  const asked = requests.map(({ definitions, versions, maxAgeMs = 60_000 }) => {
    const labels = istioLabels(versions);
    const questions = askAboutPast(definitions, labels, (template) => groups.nameOf(template, window, labels));
    const cells = new Map<string, Cell<RangeSeries>>();
    for (const query of questions.flatMap(({ queries }) => queries)) {
      if (!cells.has(query.promql)) cells.set(query.promql, groups.join(query, labels));
    }
    return { questions, cells, labels, maxAgeMs };
  });
  const points = (span.end - span.start) / span.stepMs + 1;
  const mostRows = Math.max(1, Math.floor(MOST_BYTES / BYTES_PER_POINT / points));
  await askAll(groups.parts(mostRows), {
    send: async (promql) => {
      const result = await source.queryRange(promql, { ...span, signal });
      return result.kind === "fault" ? result : { kind: "rows", rows: result.series };
    },
    suspects,
    now: span.end,
    mostRows,
  });
  const timelines = new Timelines();
  return asked.map(({ questions, cells, labels, maxAgeMs }) => {
    const cellOf = ({ promql }: CounterQuery) => cells.get(promql) as Cell<RangeSeries>;
    return readHistory(
      questions,
      (query) => toResult(cellOf(query), timelines),
      labels,
      span,
      maxAgeMs,
      (query, series) => cellOf(query).labelFault(query, series),
    );
  });
}

function toResult(cell: Cell<RangeSeries>, timelines: Timelines): RangeResult {
  const answer = cell.rows();
  if (answer.kind === "fault") return answer;
  if (cell.group.shape.rows === "own" || cell.answer?.kind !== "rows") return { kind: "matrix", series: answer.rows };
  return { kind: "matrix", series: [...answer.rows, timelines.of(cell.answer)] };
}

/**
 * Where a query is about everybody, other workloads' series show at which moments there were any. They are given as one
 * series that belongs to nobody.
 */
class Timelines {
  private readonly known = new Map<AnswerRows<RangeSeries>, RangeSeries>();

  of(answer: AnswerRows<RangeSeries>): RangeSeries {
    const known = this.known.get(answer);
    if (known !== undefined) return known;
    const times = new Set(answer.rows.flatMap(({ points }) => points.map(({ time }) => time)));
    const timeline = { labels: {}, points: [...times].sort((a, b) => a - b).map((time) => ({ time, value: 0 })) };
    this.known.set(answer, timeline);
    return timeline;
  }
}
