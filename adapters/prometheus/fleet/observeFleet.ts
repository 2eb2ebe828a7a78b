import type { Observation } from "../../../engine";
import type { QuerySource } from "../client";
import type { MetricDefinition } from "../metricDefinition";
import { askAbout, needsOf, readAnswers, readObservation, type Need } from "../observation";
import type { QueryResult, Row } from "../queryResult";
import { istioLabels, type Versions } from "../versions";
import { askAll } from "./ask";
import { Groups, type Cell } from "./groups";
import { Suspects } from "./suspects";

/** One release to be observed, as for `observe`. */
export interface FleetRequest {
  /** One a criterion, in the criteria's order. */
  readonly definitions: readonly MetricDefinition[];
  readonly versions: Versions;
  /** ms since 1970; one second is looked at when it is not before the observation. */
  readonly startedAt: number;
  /** The newest sample may be this old, in ms. Default: 60000. */
  readonly maxAgeMs?: number;
  /** Whether to ask for the counters behind the metrics, too. Default: false. */
  readonly counts?: boolean;
}

export interface FleetOptions {
  /** Templates that failed before, to be asked apart; it learns of new ones. Default: none is known. */
  readonly suspects?: Suspects;
  /** Gives all up; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A row takes about 200 bytes; the client reads 16 MiB at most. */
const MOST_ROWS = 40_000;

/**
 * What Prometheus shows of many releases: the same as `observe` for each of them, by one query for all. Queries that are too
 * long are split.
 *
 * When Prometheus cannot be asked, no release that still lacks an answer can be observed. A template that it refuses, or
 * whose answer is malformed, concerns those only who use it.
 *
 * @param now ms since 1970
 * @returns one a request, in their order
 */
export async function observeFleet(
  source: QuerySource,
  requests: readonly FleetRequest[],
  now: number,
  { suspects = new Suspects(), signal }: FleetOptions = {},
): Promise<readonly Observation[]> {
  const groups = new Groups<Row>();
  const asked = requests.map(({ definitions, versions, startedAt, maxAgeMs = 60_000, counts = false }) => {
    const labels = istioLabels(versions);
    const window = { start: startedAt, end: now, evaluatedAt: now };
    const questions = askAbout(definitions, (template) => groups.nameOf(template, window, labels), counts);
    const needs = needsOf(questions, labels.baseline);
    const cells = new Map(needs.map((need) => [need.promql, groups.join(need, labels)]));
    return { questions, needs, cells, labels, maxAgeMs };
  });
  await askAll(groups.parts(MOST_ROWS), {
    send: async (promql) => {
      const result = await source.query(promql, { time: now, signal });
      return result.kind === "fault" ? result : { kind: "rows", rows: result.rows };
    },
    suspects,
    now,
    mostRows: MOST_ROWS,
  });
  return asked.map(({ questions, needs, cells, labels, maxAgeMs }) => {
    const cellOf = ({ promql }: Need) => cells.get(promql) as Cell<Row>;
    const answers = readAnswers(
      needs,
      (need) => toResult(cellOf(need)),
      (need, rows) => cellOf(need).labelFault(need, rows),
    );
    return readObservation(questions, answers, labels, now, maxAgeMs);
  });
}

function toResult(cell: Cell<Row>): QueryResult {
  const answer = cell.rows();
  return answer.kind === "fault" ? answer : { kind: "vector", rows: answer.rows };
}
