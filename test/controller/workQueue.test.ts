import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { WorkQueue } from "../../controller/workQueue";
import { VirtualClock } from "../support/virtualClock";
import { virtualTimers } from "./timers";

const NEVER = Number.POSITIVE_INFINITY;

interface Setting {
  /** How long a work takes, in ms. */
  readonly takes?: (key: string, nth: number) => number;
  /** What it results in. */
  readonly result?: (key: string, nth: number) => number | Error;
  readonly random?: () => number;
}

/** A work queue in virtual time. */
class House {
  readonly clock = new VirtualClock();
  readonly restore = virtualTimers(this.clock);
  readonly begun: { readonly key: string; readonly at: number }[] = [];
  readonly ended: string[] = [];
  readonly retries: number[] = [];
  readonly running = new Set<string>();
  readonly queue: WorkQueue;
  private readonly began = this.clock.now();

  constructor({ takes = () => 10, result = () => NEVER, random = () => 0.5 }: Setting = {}) {
    this.queue = new WorkQueue({
      random,
      work: async (key) => {
        ok(!this.running.has(key), `${key} is worked on twice at once`);
        this.running.add(key);
        this.begun.push({ key, at: this.now });
        const nth = this.begun.filter((one) => one.key === key).length;
        await this.clock.sleep(takes(key, nth));
        this.running.delete(key);
        this.ended.push(key);
        const what = result(key, nth);
        if (what instanceof Error) throw what;
        return what;
      },
      onFailure: (_key, _error, retryInMs) => this.retries.push(retryInMs),
    });
  }

  get now(): number {
    return this.clock.now() - this.began;
  }

  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.sleep(ms));
  }

  get times(): number[] {
    return this.begun.map(({ at }) => at);
  }
}

describe("WorkQueue", () => {
  let house: House;
  const given = (setting: Setting = {}): House => (house = new House(setting));
  afterEach(() => house.restore());

  it("works on different keys side by side", async () => {
    const { queue } = given();
    for (const key of ["a", "b", "c"]) queue.add(key);
    strictEqual(queue.depth, 3);
    deepStrictEqual(house.times, [0, 0, 0]);
    await house.pass(11);
    strictEqual(queue.depth, 0);
  });

  it("works once more on what happened meanwhile, however much it was", async () => {
    const { queue } = given();
    queue.add("a");
    await house.pass(5);
    for (let i = 0; i < 7; i += 1) queue.add("a");
    await house.pass(1000);
    deepStrictEqual(house.times, [0, 10]);
  });

  it("does so even if the work asked to be left alone, or for later", async () => {
    const { queue } = given({ result: (_key, nth) => (nth === 1 ? 60_000 : NEVER) });
    queue.add("a");
    await house.pass(5);
    queue.add("a");
    await house.pass(100_000);
    deepStrictEqual(house.times, [0, 10], "the later time was the first work's, and is void");
  });

  it("comes back when the work asked for it, or earlier if something happens", async () => {
    const { queue } = given({ result: (_key, nth) => [1000, 1000, 0, NEVER][nth - 1] as number });
    queue.add("a");
    await house.pass(500);
    queue.add("a");
    await house.pass(5000);
    deepStrictEqual(house.times, [0, 500, 1510, 1520]);
  });

  it("waits longer than timers can", async () => {
    const { queue } = given({ result: () => 1e12 });
    queue.add("a");
    await house.pass(60_000);
    deepStrictEqual(house.times, [0], "and does not fire at once, as a timer too long would");
  });

  it("tries again after a failure, ever more slowly, and forgets failures after a success", async () => {
    const { queue } = given({
      takes: () => 0,
      result: (_key, nth) => (nth === 12 ? 100 : nth > 14 ? NEVER : new Error("unwell")),
    });
    queue.add("a");
    await house.pass(120_000);
    const expected = [70, 120, 220, 420, 820, 1620, 3220, 6420, 7520, 7520, 7520, 70, 120];
    deepStrictEqual(house.retries, expected);
    strictEqual(house.begun.length, 15);
  });

  it("spreads the tries, and is never in a busy loop", async () => {
    for (const [random, least, most] of [
      [0, 20, 20],
      [0.999, 119, 15_020],
    ] as const) {
      const { queue } = given({ takes: () => 0, result: () => new Error("unwell"), random: () => random });
      queue.add("a");
      await house.pass(100_000);
      ok(Math.min(...house.retries) >= least && Math.max(...house.retries) <= most, String(house.retries));
      await queue.stop();
      house.restore();
    }
  });

  it("does not let what happens meanwhile shorten the wait after a failure, nor lose it", async () => {
    const { queue } = given({ result: (_key, nth) => (nth === 1 ? new Error("unwell") : NEVER) });
    queue.add("a");
    await house.pass(5);
    queue.add("a");
    await house.pass(1000);
    deepStrictEqual(house.times, [0, 80]);
  });

  it("when stopped finishes what it has begun, and begins nothing", async () => {
    const { queue } = given({ result: () => 1, takes: () => 100 });
    queue.add("a");
    queue.add("b");
    await house.pass(50);
    queue.add("a");
    let isStopped = false;
    const stopping = queue.stop().then(() => (isStopped = true));
    await house.pass(40);
    strictEqual(isStopped, false);
    await house.clock.run(stopping);
    deepStrictEqual([...house.ended].sort(), ["a", "b"]);
    queue.add("c");
    await house.pass(1000);
    strictEqual(house.begun.length, 2);
  });

  it("loses nothing: each key is worked on after the last that happened to it", async () => {
    const happening = fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 120 }));
    const outcome = fc.constantFrom<number | "error">(0, 5, 300, NEVER, "error");
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 30 }),
        fc.array(outcome, { minLength: 1, maxLength: 9 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 9 }),
        async (happenings, outcomes, durations) => {
          let count = 0;
          const { queue } = given({
            takes: () => durations[count % durations.length] as number,
            result: () => {
              count += 1;
              // All comes to an end.
              const what = count > 40 ? NEVER : outcomes[count % outcomes.length];
              return what === "error" ? new Error("unwell") : (what as number);
            },
          });
          const last = new Map<string, number>();
          for (const [key, ms] of happenings) {
            await house.pass(ms);
            last.set(key, house.now);
            queue.add(key);
          }
          await house.pass(300_000);
          for (const [key, at] of last) {
            const latest = house.begun.filter((one) => one.key === key).at(-1)?.at ?? -1;
            ok(latest >= at, `${key}: happened at ${at}, last worked on at ${latest}`);
          }
          strictEqual(queue.depth, 0);
          house.restore();
        },
      ),
    );
  });
});
