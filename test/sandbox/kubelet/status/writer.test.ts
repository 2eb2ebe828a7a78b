import assert from "node:assert/strict";
import type { V1PodStatus } from "@kubernetes/client-node";
import { KubernetesError } from "../../../../adapters/kubernetes/errors";
import { patchOf, StatusWriter } from "../../../../sandbox/kubelet/status/writer";
import { FakeClock, settled } from "../pods/fakeClock";

describe("writing of statuses", () => {
  let clock: FakeClock;
  let taken: string[];
  let refused: string[];
  /** HTTP statuses that the next requests fail with; 0 for no answer, undefined for success. */
  let answers: (number | undefined)[];
  let writer: StatusWriter;

  beforeEach(() => {
    clock = new FakeClock();
    [taken, refused, answers] = [[], [], []];
    writer = new StatusWriter({
      pod: { namespace: "default", name: "web", uid: "1" },
      api: {
        patchStatus: async (_pod, status) => {
          const answer = answers.shift();
          if (answer !== undefined) throw new KubernetesError(answer, `answer ${answer}`);
          taken.push((status as V1PodStatus).phase ?? "");
        },
      },
      clock,
      random: () => 0,
      onRefused: (message) => void refused.push(message),
    });
  });

  const write = (...phases: string[]): void => phases.forEach((phase) => writer.write({ phase }));

  it("writes each one, in order, and nothing twice", async () => {
    write("a", "a", "b", "c");
    await writer.written();
    assert.deepEqual(taken, ["a", "b", "c"]);
  });

  for (const fault of [0, 429, 500, 503]) {
    it(`tries again after ${fault === 0 ? "no answer" : fault}, in the same order`, async () => {
      answers = [fault, fault];
      write("a", "b");
      await clock.advance(60_000);
      assert.deepEqual(taken, ["a", "b"]);
    });
  }

  it("waits longer after each failure", async () => {
    answers = [503, 503, 503];
    write("a");
    await clock.advance(100 + 200 + 399);
    assert.deepEqual(taken, []);
    await clock.advance(1);
    assert.deepEqual(taken, ["a"]);
  });

  it("keeps the newest ones through a long outage", async () => {
    answers = Array<number>(5).fill(503);
    write(...Array.from({ length: 40 }, (_, index) => String(index)));
    await clock.advance(60_000);
    assert.equal(taken.at(-1), "39");
    assert.ok(taken.length <= 17, String(taken.length));
  });

  it("says what is refused, and goes on with the next one", async () => {
    answers = [422];
    write("a", "b");
    await settled();
    assert.deepEqual([taken, refused], [["b"], ["answer 422"]]);
  });

  for (const gone of [404, 409]) {
    it(`stops after ${gone}, which says that this pod is no more`, async () => {
      answers = [gone];
      write("a", "b");
      await writer.written();
      write("c");
      await clock.advance(60_000);
      assert.deepEqual(taken, []);
    });
  }

  it("tells when all is written", async () => {
    let isWritten = false;
    answers = [503];
    write("a");
    void writer.written().then(() => (isWritten = true));
    await settled();
    assert.equal(isWritten, false);
    await clock.advance(1000);
    assert.equal(isWritten, true);
  });

  it("names what is no longer so, lest the merge keep it", () => {
    const conditions = [{ type: "Ready", status: "True" }];
    assert.deepEqual(patchOf({ phase: "Running", conditions }), {
      phase: "Running",
      reason: null,
      message: null,
      conditions: [{ type: "Ready", status: "True", reason: null, message: null }],
    });
  });
});
