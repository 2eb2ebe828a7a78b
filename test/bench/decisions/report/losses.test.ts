import assert from "node:assert/strict";
import { lossesOf, lossesTable } from "../../../../bench/decisions/report/losses";
import { numberReasons } from "../../../../bench/decisions/report/reasons";
import type { Row } from "../../../../bench/decisions/rows";
import { cell, results } from "../results";

const only = (id: string) => (row: Row) => row.id === id && row.scenario.requestsPerSecond === 20;

describe("the list of what peers do better", () => {
  it("is empty when nobody is better", () => {
    assert.deepEqual(lossesOf(results(() => cell(100))), []);
  });
  it("has fewer false rollbacks of harmless candidates", () => {
    const run = results(({ family }) => cell(family === "Kayenta" ? 0 : 40), only("same-0.5"));
    const losses = lossesOf(run).filter(({ measure }) => measure === "false rollbacks");
    // Both of Kayenta's plans, in the tables of both cadences.
    assert.equal(losses.length, 4);
    assert.ok(losses.every(({ mayBeChance }) => !mayBeChance));
  });
  it("has more promotions of harmless candidates, though fewer of them be rolled back", () => {
    const open = { ...cell(0), promoted: 400, inconclusive: 600 };
    const run = results(({ family }) => (family === "Serin" ? open : cell(500)), only("same-0.5"));
    const measures = new Set(lossesOf(run).map(({ measure }) => measure));
    assert.deepEqual([...measures], ["promotion"]);
    assert.ok(lossesTable(lossesOf(run), numberReasons([])).includes("| promotion | 40 % "));
  });
  it("says when a difference may be chance", () => {
    const run = results(({ family }) => cell(family === "Serin" ? 3 : 2), only("same-0.5"));
    assert.ok(lossesOf(run).every(({ mayBeChance }) => mayBeChance));
  });
  it("has higher detection, and fewer requests of those that detect half", () => {
    const run = results(({ id }) => {
      if (id === "Flagger T1 15") return cell(1000, 50);
      if (id === "Argo L0 15") return cell(499, 50);
      return cell(id === "Serin 15" ? 900 : 0, 80);
    }, only("errors-0.1-10"));
    assert.deepEqual(
      lossesOf(run).map(({ peer, measure }) => `${peer.id}: ${measure}`),
      ["Flagger T1 15: detection", "Flagger T1 15: requests"],
    );
  });
  it("does not call more rollbacks of harmless candidates better", () => {
    const run = results(({ family }) => cell(family === "Serin" ? 0 : 900, 1), only("same-0.5"));
    assert.deepEqual(lossesOf(run), []);
  });
  it("puts a cell's peers into one line, with a reason", () => {
    const run = results(({ id }) => {
      if (id === "Flagger T1 15") return cell(1000, 20);
      return cell(1000, id === "Argo L0 15" ? 30.4 : 80);
    }, only("errors-0.1-10"));
    const losses = lossesOf(run);
    const [, , line, ...rest] = lossesTable(losses, numberReasons(losses)).split("\n");
    assert.deepEqual(rest, []);
    assert.match(
      line ?? "",
      /^\| errors 0\.1→10 %, 20\/s \| 15 s +\| requests \| 80 +\| Flagger T1 20, Argo L0 30 \| 1/,
    );
  });
  it("knows a reason for every kind of loss that the rows can show", () => {
    const worse = results(({ family }, { harmless }) =>
      cell(family === "Serin" ? (harmless ? 500 : 100) : harmless ? 0 : 900),
    );
    const losses = lossesOf(worse);
    const { numberOf } = numberReasons(losses);
    const without = losses.filter((loss) => numberOf(loss) === undefined);
    assert.deepEqual(
      without.map(({ peer, row }) => `${peer.id} in ${row.id}`),
      [],
    );
  });
});
