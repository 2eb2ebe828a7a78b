import assert from "node:assert/strict";
import { container, podWith } from "./builders";
import { settled } from "./fakeClock";
import { deleted, House } from "./house";

describe("end of a pod", () => {
  let house: House;
  beforeEach(() => (house = new House()));

  it("is not ready, runs the hook, then SIGTERM, then SIGKILL, all in one grace period", async () => {
    const lifecycle = { preStop: { sleep: { seconds: 4 } } };
    const pod = podWith({ containers: [container("main", { lifecycle })] });
    const worker = await house.run(pod);
    const main = house.runtime.latest("main");
    main.heedsTerm = false;
    worker.update(deleted(pod, 10));
    await settled();
    assert.equal(house.condition("Ready"), "False");
    assert.deepEqual(main.signals, []);
    await house.clock.advance(4000);
    assert.deepEqual(main.signals, ["SIGTERM"]);
    await house.clock.advance(5999);
    assert.deepEqual(main.signals, ["SIGTERM"]);
    await house.clock.advance(1);
    assert.deepEqual(main.signals, ["SIGTERM", "SIGKILL"]);
    assert.equal(house.statusOf("main").state?.terminated?.exitCode, 137);
    assert.equal(house.status.phase, "Failed");
    assert.deepEqual(house.deeds, ["volumes removed", "finished", "removed from the API server"]);
  });

  it("is quicker when it is deleted once more with less grace, never slower", async () => {
    const pod = podWith();
    const worker = await house.run(pod);
    const main = house.runtime.latest("main");
    main.heedsTerm = false;
    worker.update(deleted(pod, 60));
    worker.update(deleted(pod, 600));
    worker.update(deleted(pod, 5));
    await house.clock.advance(5000);
    assert.deepEqual(main.signals, ["SIGTERM", "SIGKILL"]);
  });

  it("is removed only after its last status is written, however long that takes", async () => {
    const pod = podWith();
    const worker = await house.run(pod);
    house.failures = [0, 503, 503, 0];
    worker.update(deleted(pod, 30));
    await settled();
    assert.ok(!house.deeds.includes("removed from the API server"));
    await house.clock.advance(60_000);
    assert.equal(house.statusOf("main").state?.terminated?.exitCode, 143);
    assert.ok(house.deeds.includes("removed from the API server"));
  });

  it("asks for the removal again until it is heard", async () => {
    const pod = podWith();
    const worker = await house.run(pod);
    house.removalFailures = [0, 503];
    worker.update(deleted(pod, 30));
    await settled();
    assert.ok(!house.deeds.includes("removed from the API server"));
    await house.clock.advance(10_000);
    assert.ok(house.deeds.includes("removed from the API server"));
    worker.vanish();
    await settled();
    assert.deepEqual(house.deeds.slice(-2), ["forgotten", "closed"]);
  });

  it("is killed when the API server has it no more", async () => {
    const worker = await house.run(podWith());
    const written = house.statuses.length;
    worker.vanish();
    await settled();
    assert.deepEqual(house.runtime.latest("main").signals, ["SIGTERM"]);
    assert.deepEqual(house.deeds, ["volumes removed", "finished", "forgotten", "closed"]);
    assert.equal(house.statuses.length, written);
  });

  it("leaves a pod that was finished before as it was, and removes it when it is deleted", async () => {
    const pod = podWith({}, {}, { phase: "Failed", reason: "DeadlineExceeded" });
    const worker = await house.run(pod);
    assert.deepEqual([house.statuses.length, house.runtime.started.length], [0, 0]);
    worker.update(deleted(pod, 30));
    await settled();
    assert.deepEqual(house.deeds, ["finished", "removed from the API server"]);
  });

  it("ends all processes at once when the kubelet ends, and starts none anew", async () => {
    const worker = await house.run(podWith({ containers: [container("a"), container("b")] }));
    house.runtime.latest("b").heedsTerm = false;
    const written = house.statuses.length;
    const done = worker.shutDown(2000);
    await house.clock.advance(2000);
    await done;
    assert.deepEqual(house.runtime.up, []);
    assert.deepEqual(house.runtime.latest("b").signals, ["SIGTERM", "SIGKILL"]);
    assert.equal(house.runtime.started.length, 2);
    assert.equal(house.statuses.length, written);
  });
});
