import assert from "node:assert/strict";
import fc from "fast-check";
import type { Reason } from "../../../engine";
import { channel } from "./fixtures";
import { Harness, type Reply } from "./harness";

const NAMES = ["a", "b", "c"] as const;
const reason = fc.constantFrom<Reason>("ExperimentFailed", "IterationFailed", "IterationSucceeded", "IterationUpdate");
const passing = fc.constantFrom<Reply>("refused", 429, 500, { status: 503, retryAfterMs: 20_000 });
/** What goes wrong with one notification on one channel before it arrives: less often than there are tries. */
const trouble = fc.array(passing, { maxLength: 9 });
const told = fc.record({ reason, trouble: fc.tuple(trouble, trouble, trouble), pauseMs: fc.nat(5000) });

describe("notifications, whatever goes wrong for a while", () => {
  it("arrive once on each channel, in order, while the queue is not full", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(told, { maxLength: 15 }), async (story) => {
        const failures = new Map<string, number>();
        const arrived: Record<string, string[]> = { a: [], b: [], c: [] };
        const channels = NAMES.map((name) => channel(name, "level: verbose"));
        const h = new Harness(channels, ({ to, message }) => {
          const key = `${to}/${message}`;
          const before = failures.get(key) ?? 0;
          failures.set(key, before + 1);
          const reply = story[Number(message)]?.trouble[NAMES.findIndex((name) => name === to)]?.[before];
          if (reply === undefined) arrived[to]?.push(message);
          return reply ?? 200;
        });
        const tellAll = async () => {
          for (const [i, { reason, pauseMs }] of story.entries()) {
            h.tell(String(i), reason);
            await h.clock.sleep(pauseMs);
          }
        };
        await h.clock.run(tellAll(), 1e9);
        await h.settle();
        const all = story.map((_, i) => String(i));
        assert.deepEqual(arrived, { a: all, b: all, c: all });
        assert.equal(h.outcomes.filter(([, outcome]) => outcome === "sent").length, 3 * story.length);
        assert.deepEqual(h.faults, []);
      }),
      { numRuns: 50 },
    );
  });

  it("are each sent or dropped, exactly once, and what is sent stays in order, also when queues overflow", async () => {
    const reply = fc.constantFrom<Reply>(200, 200, 404, 500, "refused");
    await fc.assert(
      fc.asyncProperty(
        fc.array(reason, { maxLength: 30 }),
        fc.array(reply, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (reasons, replies, capacity) => {
          const listener = [channel("a", "level: verbose")];
          const h = new Harness(listener, (_, before) => replies[before % replies.length] ?? 200, { capacity });
          reasons.forEach((reason, i) => h.tell(String(i), reason));
          await h.settle();
          assert.equal(h.outcomes.length, reasons.length);
          const order = h.messages("a").map(Number);
          assert.deepEqual(
            order,
            [...order].sort((a, b) => a - b),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
