import assert from "node:assert/strict";
import type { PostAnswer } from "../../../adapters/notify";
import { fateOf, waitAfter } from "../../../adapters/notify/retry";
import { channel } from "./fixtures";
import { Harness, type Reply } from "./harness";

/** When each try is made, in ms since the notification, and what comes of it. */
async function tries(reply: (before: number) => Reply, random = 0.5) {
  const h = new Harness([channel("ops")], (_, before) => reply(before), { random: () => random });
  h.tell("one");
  await h.settle();
  return { at: h.sent.map(({ at }) => at), outcome: h.outcomes, faults: h.faults };
}

describe("tries of a notification", () => {
  const fates: readonly (readonly [number | undefined, string])[] = [
    [200, "sent"],
    [202, "sent"],
    [204, "sent"],
    [301, "refused"],
    [307, "refused"],
    [400, "refused"],
    [401, "refused"],
    [404, "refused"],
    [410, "refused"],
    [429, "retry"],
    [500, "retry"],
    [503, "retry"],
    [undefined, "retry"],
  ];
  for (const [status, fate] of fates) {
    it(`${status ?? "no answer"}: ${fate}`, () => {
      const answer: PostAnswer | undefined = status === undefined ? undefined : { status };
      assert.equal(fateOf(answer), fate);
    });
  }

  it("wait anywhere between none and a backoff that doubles, up to a minute", () => {
    const waits = (random: number) =>
      [1, 2, 3, 6, 7, 9].map((failures) => waitAfter(failures, undefined, () => random));
    assert.deepEqual(waits(0), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(waits(0.5), [500, 1000, 2000, 16_000, 30_000, 30_000]);
  });

  it("wait at least as long as the channel asks for", () => {
    const wait = (retryAfterMs: number) => waitAfter(1, { status: 429, retryAfterMs }, () => 0.5);
    assert.deepEqual([wait(0), wait(200), wait(30_000)], [500, 500, 30_000]);
  });

  for (const reply of ["refused", 500, 429] as const) {
    it(`go on after ${reply} until one succeeds`, async () => {
      const { at, outcome, faults } = await tries((before) => (before < 3 ? reply : 200));
      assert.deepEqual(at, [0, 500, 1500, 3500]);
      assert.deepEqual([outcome, faults], [[["ops", "sent"]], []]);
    });
  }

  it("honour Retry-After", async () => {
    const { at } = await tries((before) => (before === 0 ? { status: 429, retryAfterMs: 45_000 } : 200));
    assert.deepEqual(at, [0, 45_000]);
  });

  it("end after ten", async () => {
    const { at, outcome, faults } = await tries(() => 503);
    assert.equal(at.length, 10);
    assert.deepEqual(outcome, [["ops", "dropped"]]);
    assert.deepEqual(faults, [
      "notification channel 'ops' (hooks.example): it answered 503, time and again; a notification is lost",
    ]);
  });

  it("end after ten minutes, the last of them then, even if the channel asks for more", async () => {
    const { at, outcome } = await tries(() => ({ status: 503, retryAfterMs: 86_400_000 }));
    assert.deepEqual(at, [0, 600_000]);
    assert.deepEqual(outcome, [["ops", "dropped"]]);
  });

  for (const status of [400, 404, 302]) {
    it(`end at once with ${status}`, async () => {
      const { at, outcome, faults } = await tries(() => status);
      assert.deepEqual([at, outcome], [[0], [["ops", "dropped"]]]);
      assert.deepEqual(faults, [
        `notification channel 'ops' (hooks.example): it answered ${status}, which is final; a notification is lost`,
      ]);
    });
  }

  it("tell of a final answer once, and go on with the next notification", async () => {
    const h = new Harness([channel("ops")], ({ message }) => (message === "last" ? 200 : 404));
    for (const message of ["one", "two", "last"]) h.tell(message);
    await h.settle();
    assert.deepEqual(h.messages("ops"), ["one", "two", "last"]);
    assert.equal(h.faults.length, 1);
    assert.deepEqual(
      h.outcomes.map(([, outcome]) => outcome),
      ["dropped", "dropped", "sent"],
    );
  });
});
