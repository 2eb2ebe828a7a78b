import assert from "node:assert/strict";

import { ApiError, delayMs, runWatchLoop } from "../../../sandbox/mesh/watchLoop";
import type { ObjectList, WatchEvent } from "../../../sandbox/mesh/watchLoop";

interface Round {
  /** The names in the list, or why there is none. */
  readonly list: readonly string[] | Error;
  readonly events?: readonly WatchEvent[];
  readonly lastsMs?: number;
  /** How the watch ends; in good order if absent. */
  readonly end?: Error;
}

function object(name: string): object {
  return { metadata: { name } };
}

function event(type: string, name: string): WatchEvent {
  return { type, object: object(name) };
}

function expired(): WatchEvent {
  return { type: "ERROR", object: { kind: "Status", code: 410, message: "too old resource version" } };
}

/** Plays the rounds as an API server, and stops the loop after the last one. */
async function play(rounds: readonly Round[]) {
  const stop = new AbortController();
  const known = new Set<string>();
  const seen: { known: string[]; sleeps: number[]; logs: string[]; versions: string[] } = {
    known: [],
    sleeps: [],
    logs: [],
    versions: [],
  };
  const name = (one: unknown): string => (one as { metadata: { name: string } }).metadata.name;
  let clock = 0;
  let index = -1;
  const snapshot = (): void => {
    seen.known.push([...known].sort().join(","));
    if (index >= rounds.length - 1) stop.abort();
  };
  const source = {
    list: (): Promise<ObjectList> => {
      index += 1;
      const { list } = rounds[index] ?? assert.fail("the loop went on after it was stopped");
      if (list instanceof Error) {
        snapshot();
        return Promise.reject(list);
      }
      return Promise.resolve({ items: list.map(object), resourceVersion: String(index) });
    },
    watch: (version: string, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void> => {
      const { events = [], lastsMs = 0, end } = rounds[index] ?? {};
      seen.versions.push(version);
      clock += lastsMs;
      events.forEach(onEvent);
      snapshot();
      return end || signal.aborted ? Promise.reject(end ?? new Error("aborted")) : Promise.resolve();
    },
  };
  const sink = {
    replace: (objects: readonly unknown[]) => (known.clear(), objects.forEach((one) => known.add(name(one)))),
    upsert: (one: unknown) => void known.add(name(one)),
    remove: (one: unknown) => void known.delete(name(one)),
  };
  const sleep = (ms: number): Promise<void> => (seen.sleeps.push(ms), Promise.resolve());
  const log = (message: string): void => void seen.logs.push(message);
  await runWatchLoop({
    name: "pods",
    source,
    sink,
    signal: stop.signal,
    sleep,
    now: () => clock,
    random: () => 1,
    log,
  });
  return seen;
}

describe("the watch loop", () => {
  const endings: readonly [what: string, round: Round][] = [
    ["a closed stream", { list: ["a"], lastsMs: 60_000 }],
    ["a broken stream", { list: ["a"], lastsMs: 60_000, end: new Error("socket hang up") }],
    ["410 as an event", { list: ["a"], lastsMs: 60_000, events: [expired()] }],
    ["410 as an answer", { list: ["a"], end: new ApiError(410, "gone") }],
    ["500 as an answer", { list: ["a"], end: new ApiError(500, "broken") }],
    ["a failing list", { list: new ApiError(503, "starting") }],
    ["a refused connection", { list: new Error("connect ECONNREFUSED") }],
    ["a list of a resource that is not defined yet", { list: new ApiError(404, "not found") }],
  ];
  for (const [what, round] of endings) {
    it(`lists anew after ${what}`, async () => {
      const { known, versions } = await play([
        round,
        { list: ["b", "c"], events: [event("ADDED", "d"), event("DELETED", "b")] },
      ]);
      assert.equal(known.at(-1), "c,d");
      assert.equal(versions.at(-1), "1");
    });
  }

  it("follows events, and takes an ERROR as the end of the watch", async () => {
    const events = [
      event("ADDED", "b"),
      event("MODIFIED", "a"),
      event("BOOKMARK", "x"),
      expired(),
      event("ADDED", "late"),
    ];
    const { known } = await play([{ list: ["a"], events }, { list: ["a"] }]);
    assert.deepEqual(known, ["a,b", "a"]);
  });

  it("keeps what it knows while the server is away, and even while that says the resource is not there", async () => {
    const away = { list: new Error("connect ECONNREFUSED") };
    const { known, logs } = await play([
      { list: ["a"] },
      away,
      { list: new ApiError(404, "not found") },
      { list: ["b"] },
    ]);
    assert.deepEqual(known, ["a", "a", "a", "b"]);
    assert.deepEqual(logs, ["pods: connect ECONNREFUSED; trying again until it works", "pods: connected again"]);
  });

  it("waits longer with each failure, and starts over after a watch that lasted", async () => {
    const away = { list: new Error("away") };
    const good = { list: [], lastsMs: 5_000, end: new Error("cut") };
    const { sleeps } = await play([away, away, away, away, away, away, away, away, good, away, { list: [] }]);
    assert.deepEqual(sleeps, [50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 50, 100]);
  });

  it("does not wait after a watch that ended in good order, unless it ended at once", async () => {
    const quiet = { list: [], lastsMs: 60_000 };
    const brief = { list: [] };
    const { sleeps, logs } = await play([quiet, quiet, brief, brief, { list: [] }]);
    assert.deepEqual(sleeps, [50, 100]);
    assert.deepEqual(logs, []);
  });

  it("spreads its delays over the upper half", () => {
    assert.deepEqual(
      [0, 0.5, 1].map((random) => delayMs(3, () => random)),
      [100, 150, 200],
    );
    assert.equal(
      delayMs(1_000_000, () => 1),
      2_000,
    );
  });
});
