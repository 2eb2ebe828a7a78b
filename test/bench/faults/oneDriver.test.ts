import assert from "node:assert/strict";
import { checkOneDriver } from "../../../bench/faults/invariants/oneDriver";
import { Tally } from "../../../bench/faults/invariants/tally";
import { HistoryBuilder, wrongs } from "./historyBuilder";

const processOf = (identity: string) => (identity.startsWith("id-") ? identity.slice(3) : undefined);

function check({ history }: HistoryBuilder): { found: string[]; late: number; checks: number } {
  const tally = new Tally();
  const { late } = checkOneDriver(history, processOf, tally);
  return { found: wrongs(tally), late, checks: tally.checks.get("oneDriver") ?? 0 };
}

/** An experiment that a `pulumi up` drives, with its first record. */
function driven(): HistoryBuilder {
  return new HistoryBuilder("pulumi").created().lease("id-a").record(20).by("a");
}

describe("the bench's check that there is one driver", () => {
  it("finds nothing wrong when the Lease changes hands between the writes", () => {
    const builder = driven().lease("id-b").record(40).by("b").lease("id-a").record(50).by("a");
    assert.deepEqual(check(builder), { found: [], late: 0, checks: 3 });
  });

  it("finds a driver that writes after another one took the Lease", () => {
    const builder = driven().lease("id-b").record(40).by("b");
    builder.at += 1000;
    const { found } = check(builder.record(40).by("a"));
    assert.deepEqual(found, ["oneDriver: a wrote experiments/reviews (revision 6) while b held the Lease"]);
  });

  it("finds a driver that writes without any Lease", () => {
    const without = (holder: string) => new HistoryBuilder("pulumi").created().lease(holder).record(20).by("a");
    assert.match(check(without("")).found[0] ?? "", /while nobody held the Lease/);
    assert.match(check(without("?")).found[0] ?? "", /while \? held the Lease/);
  });

  it("goes by the leader's Lease where the controller drives, and by that one alone", () => {
    const builder = new HistoryBuilder("controller").created().leaderLease("id-c").lease("id-a");
    assert.deepEqual(check(builder.record(20).by("c")).found, []);
    assert.match(check(builder.record(40).by("a")).found[0] ?? "", /a wrote .* while c held the Lease/);
  });

  it("finds a controller that goes on driving after the experiment was given to a `pulumi up`", () => {
    const builder = new HistoryBuilder("controller").created().leaderLease("id-c").record(20).by("c").lease("id-a");
    builder.assign("pulumi").by("b");
    assert.deepEqual(check(builder).found, [], "to ask for it needs no Lease");
    builder.at += 1000;
    assert.match(check(builder.record(20).by("c")).found[0] ?? "", /c wrote .* while a held the Lease/);
  });

  it("finds a step of the release that comes along with a change of the driver", () => {
    const builder = new HistoryBuilder("controller").created().leaderLease("id-c").record(20).by("c");
    assert.equal(check(builder.assign("pulumi", 40).by("b")).found.length, 1);
  });

  it("counts a write that left in time and arrived late, and does not blame it", () => {
    const builder = driven().lease("id-b");
    builder.at += 3000;
    assert.deepEqual(check(builder.record(40).by("a", 3500)), { found: [], late: 1, checks: 2 });
  });

  it("asks nothing of what comes before the first record and after the end", () => {
    const builder = new HistoryBuilder("pulumi")
      .created()
      .route({ stable: 100 })
      .by("b")
      .lease("id-a")
      .record(20)
      .by("a");
    builder.record(0, { stage: "ended", verdict: "inconclusive" }).by("a").route({ stable: 100 }).by("b");
    assert.deepEqual(check(builder), { found: [], late: 0, checks: 2 });
  });

  it("takes the answer to a write that changed nothing for what it is", () => {
    assert.deepEqual(check(driven().by("b")), { found: [], late: 0, checks: 1 });
  });
});
