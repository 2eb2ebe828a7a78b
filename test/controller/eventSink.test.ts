import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { API_VERSION, KIND, type ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { EVENTS } from "../../adapters/kubernetes/paths";
import { EventSink } from "../../controller/eventSink";
import { isWarning, type Reason } from "../../engine";
import { FakeKubernetes } from "../support/fakeKubernetes";
import { VirtualClock } from "../support/virtualClock";
import { virtualTimers } from "./timers";

interface EventObject {
  readonly involvedObject: { readonly name: string; readonly uid: string };
  readonly reason: Reason;
  readonly message: string;
  readonly type: string;
  readonly count: number;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
}

function experiment(name: string): ExperimentResource {
  const targetService = { name, baseline: "v1", candidate: "v2" };
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, namespace: "n", uid: `uid-${name}` },
    spec: { targetService },
  };
}

/** A sink over a fake API server, in virtual time. */
class House {
  readonly clock = new VirtualClock();
  readonly restore = virtualTimers(this.clock);
  readonly api = new FakeKubernetes(this.clock.now);
  readonly outcomes = { written: 0, refused: 0 };
  readonly at: number[] = [];
  fails: (nth: number) => number | undefined = () => undefined;
  private tries = 0;
  readonly sink: EventSink;
  private readonly began = this.clock.now();

  constructor(perSecond = 10, latency = 5) {
    const before = async (): Promise<void> => {
      await this.clock.sleep(latency);
      this.tries += 1;
      this.at.push(this.clock.now() - this.began);
      const status = this.fails(this.tries);
      if (status !== undefined) throw new KubernetesError(status, "no");
    };
    this.sink = new EventSink({
      api: this.api.client({ before }),
      clock: this.clock.machine(),
      perSecond,
      random: () => 0.5,
      onOutcome: (outcome, count) => (this.outcomes[outcome] += count),
    });
  }

  tell(name: string, message: string, reason: Reason = "IterationUpdate"): void {
    this.sink.tell(experiment(name), { reason, message });
  }

  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.sleep(ms));
  }

  get events(): EventObject[] {
    return this.api.all<EventObject>(EVENTS);
  }
}

describe("EventSink", () => {
  let house: House;
  const given = (perSecond?: number, latency?: number): House => (house = new House(perSecond, latency));
  afterEach(() => house.restore());

  it("writes an Event for each occurrence while there is time for it", async () => {
    given();
    house.tell("a", "one");
    house.tell("a", "", "TargetsFound");
    house.tell("b", "three", "ExperimentFailed");
    await house.pass(1000);
    const told = house.events.map(({ involvedObject, reason, message, type }) => [
      involvedObject.name,
      reason,
      message,
      type,
    ]);
    deepStrictEqual(told.sort(), [
      ["a", "IterationUpdate", "one", "Normal"],
      ["a", "TargetsFound", "", "Normal"],
      ["b", "ExperimentFailed", "three", "Warning"],
    ]);
    deepStrictEqual(house.outcomes, { written: 3, refused: 0 });
    strictEqual(house.sink.depth, 0);
  });

  it("keeps to its rate, and tells together what waits under pressure, with the times", async () => {
    given(2);
    for (let i = 0; i < 12; i += 1) house.tell(`e${i}`, "first");
    await house.pass(500);
    for (let i = 0; i < 12; i += 1) house.tell(`e${i}`, "second");
    await house.pass(20_000);
    for (let second = 0; second < 10; second += 1) {
      const inSecond = house.at.filter((at) => at >= second * 1000 && at < (second + 1) * 1000).length;
      ok(inSecond <= (second === 0 ? 4 : 3), `${inSecond} in second ${second}`);
    }
    const together = house.events.filter(({ count }) => count === 2);
    ok(together.length >= 10);
    match(together[0]?.message ?? "", /^00:00:00 IterationUpdate: first\n00:00:00 IterationUpdate: second$/);
    strictEqual(house.outcomes.written, 24);
  });

  it("tells first what ends a release and what is wrong with one", async () => {
    given(1);
    house.tell("warm-up", "takes the first turn");
    for (const name of ["a", "b", "c"]) house.tell(name, "progress");
    house.tell("d", "All Success Criteria Were Met", "ExperimentSucceeded");
    house.tell("e", "No data", "AnalyticsServiceError");
    await house.pass(20_000);
    const order = house.events.map(({ involvedObject }) => involvedObject.name);
    ok(order.indexOf("d") < order.indexOf("a") && order.indexOf("e") < order.indexOf("a"), order.join());
    deepStrictEqual([...order].sort(), ["a", "b", "c", "d", "e", "warm-up"]);
  });

  it("gives what is told together the reason that matters most", async () => {
    given(1);
    house.tell("x", "takes the turn");
    await house.pass(10);
    house.tell("a", "one");
    house.tell("a", "gone wrong", "ExperimentFailed");
    house.tell("a", "later");
    await house.pass(10_000);
    const event = house.events.find(({ count }) => count === 3);
    deepStrictEqual([event?.reason, event?.type], ["ExperimentFailed", "Warning"]);
    strictEqual(event?.message.split("\n").length, 3);
  });

  it("never writes a message that the API server would not take", async () => {
    given(1);
    house.tell("x", "takes the turn");
    for (let i = 0; i < 9; i += 1) house.tell("a", `${i} ${"long ".repeat(60)}`);
    house.tell("b", "x".repeat(3000));
    await house.pass(60_000);
    ok(house.events.every(({ message }) => message.length <= 1024));
    strictEqual(house.outcomes.written, 11);
    const all = house.events.map(({ message }) => message).join("\n");
    for (let i = 0; i < 9; i += 1) ok(all.includes(`${i} long`), `${i} is told whole or not at all`);
  });

  it("tries again what fails for a while, and counts what is refused", async () => {
    given();
    house.fails = (nth) => (nth <= 3 ? [500, 0, 429][nth - 1] : undefined);
    house.tell("a", "kept");
    await house.pass(30_000);
    strictEqual(house.events.length, 1);
    house.fails = () => 403;
    house.tell("a", "refused");
    await house.pass(30_000);
    deepStrictEqual(house.outcomes, { written: 1, refused: 1 });
    strictEqual(house.sink.depth, 0);
  });

  it("writes what is left, at the end, without regard to its rate, but not for ever", async () => {
    given(1);
    for (let i = 0; i < 40; i += 1) house.tell(`e${i}`, "last words");
    await house.clock.run(house.sink.flush(5000));
    strictEqual(house.events.length, 40);
    house.fails = () => 503;
    house.tell("a", "nobody hears this");
    const since = house.clock.now();
    await house.clock.run(house.sink.flush(5000));
    ok(house.clock.now() - since < 5100);
    strictEqual(house.outcomes.written, 40);
  });

  it("loses nothing and keeps each experiment's order, whatever fails and however much comes", async () => {
    const arrival = fc.record({
      name: fc.constantFrom("a", "b", "c"),
      reason: fc.constantFrom<Reason>("IterationUpdate", "IterationFailed", "ExperimentFailed", "TargetsFound"),
      after: fc.constantFrom(0, 0, 0, 1, 40, 900, 5000),
    });
    const fault = fc.constantFrom(undefined, undefined, 0, 429, 500, 503);
    await fc.assert(
      fc.asyncProperty(
        fc.array(arrival, { minLength: 1, maxLength: 50 }),
        fc.array(fault, { maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 3000 }),
        async (arrivals, faults, perSecond, latency) => {
          given(perSecond, latency);
          house.fails = (nth) => faults[nth - 1];
          const sent = new Map<string, string[]>();
          for (const [i, { name, reason, after }] of arrivals.entries()) {
            await house.pass(after);
            house.tell(name, `<${i}>`, reason);
            sent.set(name, [...(sent.get(name) ?? []), `<${i}>`]);
          }
          await house.pass(3_000_000);
          for (const [name, messages] of sent) {
            const own = house.events.filter(({ involvedObject }) => involvedObject.name === name);
            const told = own.flatMap(({ message }) => [...message.matchAll(/<\d+>/g)].map(String));
            deepStrictEqual(told, messages, `of ${name}`);
            for (const { message, count, reason, type } of own) {
              strictEqual(count, message.match(/<\d+>/g)?.length);
              strictEqual(type, isWarning(reason) ? "Warning" : "Normal");
            }
          }
          deepStrictEqual(house.outcomes, { written: arrivals.length, refused: 0 });
          strictEqual(house.sink.depth, 0);
          house.restore();
        },
      ),
      { numRuns: 60 },
    );
  });
});
