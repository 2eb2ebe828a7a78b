import { wilsonInterval } from "../../../engine/statistics/wilsonInterval";
import type { Cell } from "../cell";
import { CADENCES, type Cadence, type Entrant } from "../entrants";
import { cellOf, peersAt, rowsOf, serinAt, type Results } from "../results";
import { rowName, type Row } from "../rows";
import { count, percent } from "./format";
import { markdownTable } from "./markdownTable";
import type { NumberedReasons } from "./reasons";

/**
 * In what a peer can be better. Of harmless candidates: fewer rolled back, or more promoted. Of harmful ones: more rolled
 * back, or fewer of the candidate's requests until then.
 */
export type Measure = "false rollbacks" | "promotion" | "detection" | "requests";

/** A cell in which a peer did better than Serin at the same time between looks. */
export interface Loss {
  readonly row: Row;
  readonly cadence: Cadence;
  readonly peer: Entrant;
  readonly measure: Measure;
  /** The 95 % intervals of the two shares overlap, so that it may be chance; never so for requests. */
  readonly mayBeChance: boolean;
  readonly peerCell: Cell;
  readonly serinCell: Cell;
}

/** Share of releases that a peer has to roll back for the requests it took to be compared. */
const DETECTS = 0.5;

/** Every cell of the run in which a peer is better than Serin. */
export function lossesOf(results: Results): readonly Loss[] {
  return rowsOf(results).flatMap((row) =>
    CADENCES.flatMap((cadence) =>
      peersAt(cadence).flatMap((peer) => {
        const peerCell = cellOf(results, row, peer);
        const serinCell = cellOf(results, row, serinAt(cadence));
        if (peerCell === undefined || serinCell === undefined) return [];
        return measuresLost(row, peerCell, serinCell).map((measure) => ({
          row,
          cadence,
          peer,
          measure,
          mayBeChance: measure !== "requests" && overlap(measure, peerCell, serinCell),
          peerCell,
          serinCell,
        }));
      }),
    ),
  );
}

function measuresLost({ harmless }: Row, peer: Cell, serin: Cell): readonly Measure[] {
  const [peerShare, serinShare] = [peer.rolledBack / peer.releases, serin.rolledBack / serin.releases];
  if (harmless) {
    const morePromoted = peer.promoted / peer.releases > serin.promoted / serin.releases;
    return [
      ...(peerShare < serinShare ? (["false rollbacks"] as const) : []),
      ...(morePromoted ? (["promotion"] as const) : []),
    ];
  }
  const lost: Measure[] = peerShare > serinShare ? ["detection"] : [];
  const requests = peer.untilRollback?.candidateRequests ?? Infinity;
  const isCheaper = requests < (serin.untilRollback?.candidateRequests ?? Infinity);
  return isCheaper && peerShare >= DETECTS ? [...lost, "requests"] : lost;
}

function overlap(measure: Measure, a: Cell, b: Cell): boolean {
  const [aLow, aHigh] = wilsonInterval(counted(measure, a), a.releases);
  const [bLow, bHigh] = wilsonInterval(counted(measure, b), b.releases);
  return aLow <= bHigh && bLow <= aHigh;
}

/** The releases whose share is compared. */
function counted(measure: Measure, { rolledBack, promoted }: Cell): number {
  return measure === "promotion" ? promoted : rolledBack;
}

/** The losses of one cell and measure together in a line, with the peers that are better and the reason where one is known. */
export function lossesTable(losses: readonly Loss[], reasons: NumberedReasons): string {
  const groups = new Map<string, Loss[]>();
  for (const loss of losses) {
    const key = `${rowName(loss.row)}/${loss.cadence}/${loss.measure}`;
    groups.set(key, [...(groups.get(key) ?? []), loss]);
  }
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      [
        rowName(first.row),
        `${first.cadence / 1000} s`,
        first.measure,
        valueOf(first.measure, first.serinCell),
        group.map(({ peer, peerCell }) => `${peer.rule.name} ${peerValue(first.measure, peerCell)}`).join(", "),
        [...new Set(group.flatMap((loss) => reasons.numberOf(loss) ?? []))].sort((a, b) => a - b).join(", "),
      ],
    ];
  });
  return markdownTable(["row", "looks", "in", "Serin", "better", "why"], lines);
}

function valueOf(measure: Measure, cell: Cell): string {
  const { releases, untilRollback } = cell;
  if (measure !== "requests") return `${percent(counted(measure, cell), releases)} %`;
  return untilRollback === undefined ? "–" : count(untilRollback.candidateRequests);
}

/** Few requests mean little of a rule that lets many candidates pass, so its detection stands beside them. */
function peerValue(measure: Measure, cell: Cell): string {
  const value = valueOf(measure, cell);
  const { rolledBack, releases } = cell;
  return measure === "requests" && rolledBack < releases ? `${value} (${percent(rolledBack, releases)} %)` : value;
}
