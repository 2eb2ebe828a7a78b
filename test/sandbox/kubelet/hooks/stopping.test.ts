import assert from "node:assert/strict";
import { Stopping } from "../../../../sandbox/kubelet/hooks/stopping";
import { FakeClock, settled } from "../pods/fakeClock";

describe("ending of a container", () => {
  let clock: FakeClock;
  let signals: string[];
  let exit: () => void;

  beforeEach(() => {
    clock = new FakeClock();
    signals = [];
  });

  function stop(graceMs: number, preStop?: (timeoutMs: number) => Promise<void>, failures: string[] = []): Stopping {
    const exited = new Promise<never>((resolve) => (exit = resolve as () => void));
    const handle = { exited, signal: (name: string) => void signals.push(name) };
    return new Stopping({ handle, clock, graceMs, preStop, onPreStopFailed: (words) => failures.push(words) });
  }

  const after = (ms: number) => (): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));

  it("sends SIGTERM at once where there is no hook, and SIGKILL when the grace is over", async () => {
    stop(3000);
    assert.deepEqual(signals, ["SIGTERM"]);
    await clock.advance(2999);
    assert.deepEqual(signals, ["SIGTERM"]);
    await clock.advance(1);
    assert.deepEqual(signals, ["SIGTERM", "SIGKILL"]);
  });

  it("kills nothing that has ended", async () => {
    stop(3000);
    exit();
    await clock.advance(60_000);
    assert.deepEqual(signals, ["SIGTERM"]);
  });

  it("waits for the hook, whose time counts", async () => {
    stop(10_000, after(7000));
    await clock.advance(6999);
    assert.deepEqual(signals, []);
    await clock.advance(1);
    assert.deepEqual(signals, ["SIGTERM"]);
    await clock.advance(3000);
    assert.deepEqual(signals, ["SIGTERM", "SIGKILL"]);
  });

  it("gives up a hook that takes too long, and then grants two seconds", async () => {
    stop(5000, after(60_000));
    await clock.advance(5000);
    assert.deepEqual(signals, ["SIGTERM"]);
    await clock.advance(1999);
    assert.deepEqual(signals, ["SIGTERM"]);
    await clock.advance(1);
    assert.deepEqual(signals, ["SIGTERM", "SIGKILL"]);
  });

  it("goes on when the hook fails, and says so", async () => {
    const failures: string[] = [];
    stop(5000, () => Promise.reject(new Error("no such command")), failures);
    await settled();
    assert.deepEqual([signals, failures], [["SIGTERM"], ["no such command"]]);
  });

  for (const [title, hook] of [
    ["while the hook runs", after(60_000)],
    ["after SIGTERM", undefined],
  ] as const) {
    it(`can be made quicker ${title}, but not slower`, async () => {
      const stopping = stop(30_000, hook);
      stopping.shorten(50_000);
      stopping.shorten(1000);
      await clock.advance(1000);
      assert.equal(signals.at(-1), hook ? "SIGTERM" : "SIGKILL");
    });
  }
});
