import assert from "node:assert/strict";
import { count, interval, list, percent } from "../../../../bench/decisions/report/format";
import { markdownTable } from "../../../../bench/decisions/report/markdownTable";

describe("tables of the bench", () => {
  it("align text at the left and numbers at the right", () => {
    assert.equal(
      markdownTable(
        ["rule", "%"],
        [
          ["Serin", "1.5"],
          ["Flagger T1", "100"],
        ],
        1,
      ),
      ["| rule       |   % |", "| ---------- | --: |", "| Serin      | 1.5 |", "| Flagger T1 | 100 |"].join("\n"),
    );
  });
  it("fill missing cells", () => {
    assert.equal(markdownTable(["a", "b"], [["x"]]), "| a   | b   |\n| --- | --- |\n| x   |     |");
  });
  it("write percentages with a decimal where there is one", () => {
    assert.deepEqual([percent(3, 2000), percent(1, 1), percent(0, 7)], ["0.2", "100", "0"]);
  });
  it("call nothing all that is not, and nothing none", () => {
    assert.deepEqual([percent(9999, 10_000), percent(1, 10_000)], ["99.9", "0.1"]);
  });
  it("write an interval for no rollbacks in 2000", () => assert.equal(interval(0, 2000), "0–0.2"));
  it("write counts", () => assert.deepEqual([count(5.25), count(0), count(1234.5)], ["5.3", "0", "1235"]));
  it("write lists", () => {
    assert.deepEqual([list([]), list(["a"]), list(["a", "b", "c"])], ["", "a", "a, b and c"]);
  });
});
