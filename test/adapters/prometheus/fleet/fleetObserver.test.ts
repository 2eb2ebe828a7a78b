import assert from "node:assert/strict";
import {
  FleetObserver,
  observe,
  observeHistory,
  type FleetHistoryRequest,
  type FleetObserverOptions,
  type FleetQuery,
  type FleetRequest,
  type QuerySource,
  type RangeSource,
} from "../../../../adapters/prometheus";
import { VirtualClock } from "../../../support/virtualClock";
import { fakePrometheus, fault, METRICS, seriesOf } from "./fakePrometheus";

const WORLD = ["a", "b"].flatMap((name) => seriesOf(name, "shop", 1));
const versions = { baseline: "a", candidate: "b", namespace: "shop" };
const START = Date.UTC(2030, 0, 1);
const one: FleetRequest = { definitions: [METRICS.errors], versions, startedAt: START - 60_000 };
const past: FleetHistoryRequest = { definitions: [METRICS.errors], versions, windowMs: 10_000, windows: 12 };

type Sent = { readonly kind: "instant" | "range"; readonly at: number; readonly time: number | undefined };

/** An observer of a Prometheus that takes a while for each answer. */
function setUp(tookMs = 0, options: Partial<FleetObserverOptions> = {}, fails?: Parameters<typeof fakePrometheus>[1]) {
  const virtual = new VirtualClock(START);
  const clock = virtual.machine(77);
  const prometheus = fakePrometheus(WORLD, fails);
  const sent: Sent[] = [];
  let [inFlight, most] = [0, 0];
  const take = async <T>(kind: Sent["kind"], time: number | undefined, answer: () => Promise<T>): Promise<T> => {
    sent.push({ kind, at: clock.now() - START, time: time === undefined ? undefined : time - START });
    most = Math.max(most, (inFlight += 1));
    await clock.sleep(tookMs);
    inFlight -= 1;
    return answer();
  };
  const source: QuerySource & RangeSource = {
    query: (promql, asked) => take("instant", asked?.time, () => prometheus.query(promql)),
    queryRange: (promql, asked) => take("range", asked.end, () => prometheus.queryRange(promql, asked)),
  };
  const observer = new FleetObserver({ source, clock, ...options });
  return { virtual, clock, sent, prometheus, observer, most: () => most };
}

describe("fleet observer", () => {
  it("gives what each would have seen by itself when the round was sent", async () => {
    const { virtual, observer, prometheus } = setUp();
    const [seen, history] = await virtual.run(Promise.all([observer.observe(one), observer.history(past)]));
    assert.equal(seen.kind, "values");
    const alone = await observe(prometheus, one.definitions, versions, one.startedAt, START + 25);
    assert.deepEqual(seen, { ...alone, at: START + 25 });
    const { histories } = await observeHistory(prometheus, past.definitions, versions, START + 25, past);
    assert.equal(histories[0]?.windows.length, 12);
    assert.deepEqual(history, histories);
  });
  it("sends those together that come within 25 ms", async () => {
    const { virtual, clock, sent, observer } = setUp();
    const later = clock.sleep(24).then(() => observer.observe(one));
    await virtual.run(Promise.all([observer.observe(one), observer.observe(one), later]));
    assert.deepEqual(sent, [{ kind: "instant", at: 25, time: 25 }]);
  });
  it("starts a round each 500 ms at most, with all who came meanwhile", async () => {
    const { virtual, clock, sent, observer } = setUp();
    const work = Array.from({ length: 100 }, (_, i) => clock.sleep(20 * i).then(() => observer.observe(one)));
    await virtual.run(Promise.all(work));
    assert.deepEqual(
      sent.map(({ at }) => at),
      [25, 525, 1025, 1525, 2025],
    );
  });
  it("waits for as long as it was told", async () => {
    const { virtual, clock, sent, observer } = setUp(0, { everyMs: 100, gatherMs: 5 });
    await virtual.run(Promise.all([0, 50, 300].map((ms) => clock.sleep(ms).then(() => observer.observe(one)))));
    assert.deepEqual(
      sent.map(({ at }) => at),
      [5, 105, 305],
    );
  });
  it("has one round under way at most, and the next one follows it", async () => {
    const { virtual, clock, sent, observer, most } = setUp(2000);
    const work = [0, 100, 1900].map((ms) => clock.sleep(ms).then(() => observer.observe(one)));
    await virtual.run(Promise.all(work));
    assert.deepEqual(
      [most(), sent.map(({ at, time }) => [at, time])],
      [
        1,
        [
          [25, 25],
          [2050, 2050],
        ],
      ],
    );
  });
  it("rests longer after a round of several queries", async () => {
    const { virtual, clock, sent, observer } = setUp();
    // Each window asks for a range of its own.
    const work = [10_000, 20_000, 30_000].map((windowMs) => observer.history({ ...past, windowMs }));
    await virtual.run(Promise.all([...work, clock.sleep(100).then(() => observer.observe(one))]));
    assert.deepEqual(
      sent.map(({ at }) => at),
      [25, 25, 25, 1525],
    );
  });
  it("observes releases before it looks at the past, and lets neither starve", async () => {
    const { virtual, sent, observer } = setUp(10);
    const histories = Array.from({ length: 250 }, () => observer.history(past));
    let done = false;
    const followed = (async () => {
      while (!done) await observer.observe(one);
    })();
    const all = Promise.all(histories).finally(() => (done = true));
    await virtual.run(Promise.all([all, followed]));
    assert.deepEqual(
      sent.slice(0, 6).map(({ kind }) => kind),
      ["instant", "range", "instant", "range", "instant", "range"],
    );
    assert.equal(sent.filter(({ kind }) => kind === "range").length, 3);
  });
  it("asks for the past at the moment it is asked, not when the round began", async () => {
    const { virtual, sent, observer } = setUp(700);
    await virtual.run(Promise.all([observer.observe(one), observer.history(past)]));
    assert.deepEqual(
      sent.map(({ at, time }) => [at, time]),
      [
        [25, 25],
        [725, 725],
      ],
    );
  });
  it("remembers from round to round who failed", async () => {
    const fails = (leaf: string) => (leaf.includes("broken{") ? fault("refused", "bad") : undefined);
    const { virtual, sent, observer } = setUp(0, {}, fails);
    const round = () =>
      Promise.all([observer.observe(one), observer.observe({ ...one, definitions: [METRICS.refused] })]);
    for (const queries of [6, 2]) {
      const before = sent.length;
      const seen = await virtual.run(round());
      assert.deepEqual(
        seen.map(({ kind }) => kind),
        ["values", "unavailable"],
      );
      assert.equal(sent.length - before, queries);
    }
  });
  it("an error that is thrown is that round's alone", async () => {
    const bug = new Error("Bug");
    let isBroken = true;
    const fails = () => {
      if (isBroken) throw bug;
      return undefined;
    };
    const { virtual, observer } = setUp(0, {}, fails);
    const failed = [observer.observe(one), observer.observe(one), observer.history(past)];
    const settled = await virtual.run(Promise.allSettled(failed));
    assert.deepEqual(
      settled.map((result) => result.status === "rejected" && result.reason === bug),
      [true, true, true],
    );
    isBroken = false;
    assert.equal((await virtual.run(observer.observe(one))).kind, "values");
  });
  it("a clock that fails leaves nobody waiting", async () => {
    const { virtual, clock, observer } = setUp(0, {
      clock: { now: () => 0, monotonic: () => 0, sleep: () => Promise.reject(new Error("no clock")) },
    });
    await assert.rejects(virtual.run(Promise.race([observer.observe(one), clock.sleep(1e4)])), /no clock/);
  });
  it("tells of every query how it went", async () => {
    const queries: FleetQuery[] = [];
    let isDown = false;
    const { virtual, observer } = setUp(40, { onQuery: (query) => queries.push(query) }, () =>
      isDown ? fault("timeout", "slow") : undefined,
    );
    await virtual.run(Promise.all([observer.observe(one), observer.history(past)]));
    isDown = true;
    await virtual.run(observer.observe(one));
    assert.deepEqual(queries, [
      { kind: "instant", durationMs: 40, outcome: "answered" },
      { kind: "range", durationMs: 40, outcome: "answered" },
      { kind: "instant", durationMs: 40, outcome: "timeout" },
    ]);
  });
});
