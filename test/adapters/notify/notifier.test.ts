import assert from "node:assert/strict";
import { channel, SECRET } from "./fixtures";
import { Harness } from "./harness";

const UNREACHABLE = "notification channel 'ops' (hooks.example): it did not answer (ECONNREFUSED), time and again";

describe("notifier", () => {
  it("returns before the first request is made, and sends to each channel that wants it", async () => {
    const h = new Harness(
      [channel("ops"), channel("shy", "level: error"), channel("other", "namespace: x")],
      () => 200,
    );
    h.tell("one", "IterationFailed");
    assert.deepEqual(h.sent, []);
    await h.settle();
    assert.deepEqual(
      h.sent.map(({ to, message, timeoutMs }) => [to, message, timeoutMs]),
      [["ops", "one", 5000]],
    );
    assert.deepEqual([h.outcomes, h.faults], [[["ops", "sent"]], []]);
  });

  it("writes each channel's own language, to its own address, with its own headers", async () => {
    const slack = channel("talk", "notifier: slack");
    const h = new Harness([slack, channel("ops", "headers: {X-Token: abc}")], () => 204);
    h.tell("one");
    await h.settle();
    const [talk, ops] = h.sent;
    assert.deepEqual(talk?.headers, { "content-type": "application/json" });
    assert.equal(talk.url, `https://hooks.example/${SECRET}/talk`);
    assert.equal(ops?.url, `https://hooks.example/${SECRET}/ops`);
    assert.equal(ops.headers["X-Token"], "abc");
    assert.equal(ops.headers["content-type"], "application/json");
  });

  it("gives each notification an id of its own, the same at every try", async () => {
    const h = new Harness([channel("ops")], (_, before) => (before < 2 ? 500 : 200));
    h.tell("one");
    h.tell("two");
    await h.settle();
    const ids = h.sent.map(({ headers }) => headers["idempotency-key"]);
    assert.equal(ids.length, 4);
    assert.match(ids[0] ?? "", /^[0-9a-f-]{36}$/);
    assert.deepEqual([ids[1], ids[2]], [ids[0], ids[0]]);
    assert.notEqual(ids[3], ids[0]);
  });

  it("does not let a channel that never answers delay another one", async () => {
    const h = new Harness([channel("dead"), channel("ops")], ({ to }) => (to === "dead" ? { afterMs: 5000 } : 200));
    for (const message of ["one", "two", "three"]) h.tell(message);
    await h.settle();
    const at = (to: string) => h.sent.filter((request) => request.to === to).map((request) => request.at);
    assert.deepEqual(at("ops"), [0, 0, 0]);
    assert.deepEqual(at("dead"), [0, 5000, 10_000]);
  });

  it("sends to where the channel is now, not where it was", async () => {
    const h = new Harness([channel("ops")], ({ url }) => (url.endsWith("/new") ? 200 : 503));
    h.tell("one");
    h.channels = [channel("ops", "url: https://hooks.example/new")];
    await h.settle();
    assert.deepEqual(h.messages("new"), ["one"]);
    assert.equal(h.sent.length, 1);
  });

  it("drops what waits for a channel that was removed, or that speaks another language now", async () => {
    for (const later of [[], [channel("ops", "notifier: slack")]]) {
      const h = new Harness([channel("ops")], () => 200);
      h.tell("one");
      h.channels = later;
      await h.settle();
      assert.deepEqual([h.sent, h.outcomes, h.faults], [[], [["ops", "dropped"]], []]);
    }
  });

  it("survives whoever listens, and a list of channels that cannot be had", async () => {
    const fail = () => {
      throw new Error(`broken ${SECRET}`);
    };
    const h = new Harness([channel("ops")], () => 404, { onFault: fail, onOutcome: fail });
    h.tell("one");
    h.tell("two");
    await h.settle();
    assert.deepEqual(h.messages("ops"), ["one", "two"]);

    const blind = new Harness([], () => 200, { channels: fail });
    blind.tell("one");
    assert.deepEqual(blind.faults, ["a notification cannot be made: Error"]);
  });

  it("sends again after it had nothing to do", async () => {
    const h = new Harness([channel("ops")], () => 200);
    h.tell("one");
    await h.settle();
    h.tell("two");
    await h.settle();
    assert.deepEqual(h.messages("ops"), ["one", "two"]);
  });

  describe("a queue that is full", () => {
    it("gives up the oldest of the lowest severity, and counts it", async () => {
      const h = new Harness([channel("ops", "level: verbose")], () => 200, { capacity: 3 });
      h.tell("first update", "IterationUpdate");
      h.tell("verdict", "ExperimentFailed");
      h.tell("second update", "IterationUpdate");
      h.tell("held", "IterationFailed"); // the first update goes
      h.tell("pause", "Pause"); // the second update goes
      h.tell("third update", "IterationUpdate"); // goes itself
      await h.settle();
      assert.deepEqual(h.messages("ops"), ["verdict", "held", "pause"]);
      assert.equal(h.outcomes.filter(([, outcome]) => outcome === "dropped").length, 3);
      assert.deepEqual(h.faults, [
        "notification channel 'ops' (hooks.example): too many notifications wait; the least important are lost",
      ]);
    });

    it("holds 1000 unless told otherwise, and not what is being sent", async () => {
      const h = new Harness([channel("ops")], (_, before) => (before === 0 ? { afterMs: 1000 } : 200));
      h.tell("0");
      await h.clock.run(new Promise(setImmediate)); // now it is on its way
      for (let i = 1; i <= 1001; i++) h.tell(String(i));
      await h.settle();
      const expected = Array.from({ length: 1002 }, (_, i) => String(i)).filter((message) => message !== "1");
      assert.deepEqual(h.messages("ops"), expected);
    });
  });

  describe("at the end of the process", () => {
    it("is done when all is sent", async () => {
      const h = new Harness([channel("ops")], () => ({ afterMs: 300 }));
      h.tell("one");
      h.tell("two");
      await h.clock.run(h.notifier.flush(10_000));
      assert.equal(h.clock.now(), 600);
      assert.deepEqual(h.outcomes.length, 2);
    });

    it("gives up what is left when time is up, and says so once", async () => {
      const h = new Harness([channel("ops"), channel("fine")], ({ to }) => (to === "fine" ? 200 : "refused"));
      for (const message of ["one", "two", "three"]) h.tell(message);
      await h.clock.run(h.notifier.flush(2000));
      assert.equal(h.clock.now(), 2000);
      const dropped = h.outcomes.filter(([, outcome]) => outcome === "dropped");
      assert.deepEqual(dropped, [
        ["ops", "dropped"],
        ["ops", "dropped"],
        ["ops", "dropped"],
      ]);
      assert.deepEqual(h.messages("fine"), ["one", "two", "three"]);
      assert.deepEqual(h.faults, [
        "notification channel 'ops' (hooks.example): notifications could not be sent before the end; they are lost",
      ]);
      const requests = h.sent.length;
      await h.settle();
      assert.equal(h.sent.length, requests, "nothing is sent after it was given up");
    });

    it("has nothing to wait for when nothing was told", async () => {
      const h = new Harness([channel("ops")], () => 200);
      await h.clock.run(h.notifier.flush(2000));
      assert.equal(h.clock.now(), 0);
    });
  });

  it("tells of a fault anew after the channel was changed, or removed and made again", async () => {
    const h = new Harness([channel("ops")], () => 404);
    const tellWith = async (...lines: readonly string[]) => {
      h.channels = [channel("ops", ...lines)];
      h.tell("one");
      await h.settle();
      return h.faults.length;
    };
    assert.equal(await tellWith(), 1);
    assert.equal(await tellWith(), 1);
    assert.equal(await tellWith("url: https://hooks.example/other"), 2);
    assert.equal(await tellWith("headers: {X-Token: abc}"), 3);
    h.channels = [];
    h.tell("nobody");
    assert.equal(await tellWith(), 4);
  });

  it("shows nothing secret, whatever goes wrong", async () => {
    const replies = ["refused", 404, 500, 302] as const;
    const listener = channel("ops", "headers: {Authorization: s3cr3t}");
    const h = new Harness([listener], (_, before) => replies[before % replies.length] ?? 200, { capacity: 2 });
    for (let i = 0; i < 20; i++) h.tell(String(i));
    await h.settle();
    h.tell("last");
    await h.clock.run(h.notifier.flush(1));
    assert.ok(h.faults.length >= 3, h.faults.join("\n"));
    for (const text of h.faults) assert.ok(!text.includes(SECRET), text);
  });

  it("tells of a channel that stays unreachable once, and anew after it had worked", async () => {
    let reachable = false;
    const h = new Harness([channel("ops")], () => (reachable ? 200 : "refused"));
    h.tell("one");
    h.tell("two");
    await h.settle();
    assert.deepEqual(h.faults, [`${UNREACHABLE}; a notification is lost`]);
    reachable = true;
    h.tell("three");
    await h.settle();
    assert.equal(h.faults.length, 1);
    reachable = false;
    h.tell("four");
    await h.settle();
    assert.equal(h.faults.length, 2);
  });
});
