import { CADENCES, type Cadence, type Entrant } from "../entrants";
import type { Cell } from "../cell";
import { cellOf, contenders, peersAt, rowAt, serinAt, type Results } from "../results";
import type { Row } from "../rows";
import { count, interval, percent } from "./format";
import { markdownTable } from "./markdownTable";

/** Share of the releases that a rule has to roll back for its speed to count. */
const RELIABLE = 0.95;
const RATES = [20, 100];

/** How soon a gross failure is seen, and at what cost: the best peer at the same time between looks, and Serin. */
export function grossFailure(results: Results): string {
  const head = ["looks", "requests/s", "fastest peer", "its requests", "Serin's", "ratio", "cheapest peer", "ratio"];
  const lines = CADENCES.flatMap((cadence) =>
    RATES.flatMap((rate) => {
      const row = rowAt(results, "errors-0.1-10", rate);
      return row === undefined ? [] : [grossLine(results, row, cadence)];
    }),
  );
  return markdownTable(head, lines);
}

type Rollback = NonNullable<Cell["untilRollback"]>;

/** A rule that rolls back almost every release of a row, and what it takes in the median. */
export interface Reliable {
  readonly entrant: Entrant;
  readonly cost: Rollback;
}

/** The reliable peer that takes the least time, and the one whose candidate gets the fewest requests. */
export function bestPeers(
  results: Results,
  row: Row,
  cadence: Cadence,
): { readonly fastest?: Reliable; readonly cheapest?: Reliable } {
  const peers = peersAt(cadence).flatMap((entrant) => {
    const cost = reliableCost(results, row, entrant);
    return cost === undefined ? [] : [{ entrant, cost }];
  });
  const bySpeed = [...peers].sort((a, b) => a.cost.seconds - b.cost.seconds || byRequests(a.cost, b.cost));
  const byCost = [...peers].sort((a, b) => byRequests(a.cost, b.cost) || a.cost.seconds - b.cost.seconds);
  return { fastest: bySpeed[0], cheapest: byCost[0] };
}

function grossLine(results: Results, row: Row, cadence: Cadence): readonly string[] {
  const { fastest, cheapest } = bestPeers(results, row, cadence);
  const own = reliableCost(results, row, serinAt(cadence));
  const ratio = (cost: Rollback | undefined): string =>
    own === undefined || cost === undefined || cost.candidateRequests === 0
      ? "–"
      : (own.candidateRequests / cost.candidateRequests).toFixed(2);
  const words = (one: Reliable | undefined): string =>
    one === undefined ? "–" : `${one.entrant.rule.name}, ${count(one.cost.seconds)} s`;
  return [
    `${cadence / 1000} s`,
    String(row.scenario.requestsPerSecond),
    words(fastest),
    fastest === undefined ? "–" : count(fastest.cost.candidateRequests),
    own === undefined ? "–" : `${count(own.candidateRequests)}, ${count(own.seconds)} s`,
    ratio(fastest?.cost),
    cheapest === undefined ? "–" : `${words(cheapest)}, ${count(cheapest.cost.candidateRequests)}`,
    ratio(cheapest?.cost),
  ];
}

function byRequests(a: Rollback, b: Rollback): number {
  return a.candidateRequests - b.candidateRequests;
}

/** Medians of a rule that rolls back almost every release of the row; undefined for any other. */
export function reliableCost(results: Results, row: Row, entrant: Entrant): Rollback | undefined {
  const cell = cellOf(results, row, entrant);
  return cell === undefined || cell.rolledBack < RELIABLE * cell.releases ? undefined : cell.untilRollback;
}

/** What each rule's plan is, and how many of two regressions within the usual limits it sees. */
export function smallRegressions(results: Results): string {
  const columns = ["errors-0.1-0.6", "latency-1.3"].flatMap((id) =>
    RATES.flatMap((rate) => rowAt(results, id, rate) ?? []),
  );
  const head = [
    "rule",
    "plan",
    ...columns.map(({ title, scenario }) => `${title}, ${scenario.requestsPerSecond}/s: %`),
  ];
  const entrants = new Set(CADENCES.flatMap((cadence) => contenders(cadence)));
  const lines = [...entrants].map((entrant) => [
    entrant.rule.name,
    entrant.rule.plan,
    ...columns.map((row) => share(cellOf(results, row, entrant))),
  ]);
  return markdownTable(head, lines);
}

function share(cell: Cell | undefined): string {
  if (cell === undefined) return "n/a";
  return `${percent(cell.rolledBack, cell.releases)} (${interval(cell.rolledBack, cell.releases)})`;
}
