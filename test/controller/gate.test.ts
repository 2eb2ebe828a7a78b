import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { Gate, URGENCIES, type RequestUrgency } from "../../controller/gate";

/** Requests that a test answers one by one. */
class Requests {
  readonly begun: string[] = [];
  readonly inFlight = new Map<string, RequestUrgency>();
  private readonly answers = new Map<string, (error?: Error) => void>();

  constructor(private readonly gate: Gate) {}

  send(urgency: RequestUrgency, name = urgency as string): Promise<string> {
    return this.gate.run(urgency, () => {
      this.begun.push(name);
      this.inFlight.set(name, urgency);
      return new Promise((resolve, reject) =>
        this.answers.set(name, (error) => {
          this.inFlight.delete(name);
          if (error) reject(error);
          else resolve(name);
        }),
      );
    });
  }

  async answer(name: string, error?: Error): Promise<void> {
    this.answers.get(name)?.(error);
    await new Promise(setImmediate);
  }
}

const turn = (): Promise<void> => new Promise(setImmediate);

describe("Gate", () => {
  it("lets the most urgent go first, and among equals the one that has waited longest", async () => {
    const gate = new Gate(2);
    const requests = new Requests(gate);
    for (const name of ["x", "y"]) void requests.send("status", name);
    const all = ["event", "status", "step", "rollback"] as const;
    for (const n of [1, 2]) for (const urgency of all) void requests.send(urgency, `${urgency}${n}`);
    await turn();
    strictEqual(gate.depth, 8);
    for (let i = 0; i < 10; i += 1) await requests.answer(requests.begun[i] as string);
    const expected = ["rollback1", "rollback2", "step1", "step2", "status1", "status2", "event1", "event2"];
    deepStrictEqual(requests.begun, ["x", "y", ...expected]);
    strictEqual(gate.depth, 0);
  });

  it("leaves half of the slots to what is more urgent than Events", async () => {
    for (const slots of [2, 3, 4, 24]) {
      const gate = new Gate(slots);
      const requests = new Requests(gate);
      for (let i = 0; i < 2 * slots; i += 1) void requests.send("event", `event${i}`);
      await turn();
      strictEqual(requests.begun.length, Math.ceil(slots / 2));
      void requests.send("rollback");
      await turn();
      strictEqual(requests.begun.at(-1), "rollback", "goes past the Events that wait");
    }
  });

  it("hands on what the request results in, and frees the slot whatever that is", async () => {
    const gate = new Gate(2);
    strictEqual(await gate.run("step", async () => 7), 7);
    for (let i = 0; i < 5; i += 1) {
      await rejects(
        gate.run("status", () => Promise.reject(new Error("refused"))),
        /refused/,
      );
      await rejects(
        gate.run("event", () => {
          throw new Error("at once");
        }),
        /at once/,
      );
    }
    strictEqual(await gate.run("event", async () => "still goes"), "still goes");
  });

  it("holds for any arrivals: the slots, the share of Events, the order, and nobody is left", async () => {
    const step = fc.oneof(
      fc.constantFrom(...URGENCIES).map((urgency) => ({ urgency })),
      fc.record({ which: fc.nat(30), fails: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 6 }), fc.array(step, { maxLength: 50 }), async (slots, steps) => {
        const gate = new Gate(slots);
        const requests = new Requests(gate);
        const sent: string[] = [];
        const done: Promise<unknown>[] = [];
        const check = () => {
          const kinds = [...requests.inFlight.values()];
          ok(kinds.length <= slots, `${kinds.length} of ${slots} slots`);
          ok(kinds.length === slots || requests.begun.length === sent.length || kinds.length >= Math.ceil(slots / 2));
          // Whoever waits is not more urgent than another of the same or less urgency that came later and has gone.
          for (const urgency of URGENCIES) {
            const own = (name: string) => name.startsWith(urgency);
            const gone = requests.begun.filter(own);
            deepStrictEqual(gone, sent.filter(own).slice(0, gone.length), "first come, first served");
          }
        };
        for (const one of steps) {
          if ("urgency" in one) {
            const busy = requests.inFlight.size;
            const name = `${one.urgency} ${sent.length}`;
            sent.push(name);
            done.push(requests.send(one.urgency, name).catch(() => undefined));
            await turn();
            if (one.urgency === "event" && busy >= Math.ceil(slots / 2)) strictEqual(requests.inFlight.size, busy);
            if (one.urgency !== "event" && busy < slots) strictEqual(requests.begun.at(-1), name);
          } else {
            const names = [...requests.inFlight.keys()];
            const name = names[one.which % Math.max(1, names.length)];
            if (name !== undefined) await requests.answer(name, one.fails ? new Error("fails") : undefined);
          }
          check();
        }
        while (requests.inFlight.size > 0) await requests.answer([...requests.inFlight.keys()][0] as string);
        await Promise.all(done);
        deepStrictEqual([...requests.begun].sort(), [...sent].sort());
        strictEqual(gate.depth, 0);
      }),
    );
  });
});
