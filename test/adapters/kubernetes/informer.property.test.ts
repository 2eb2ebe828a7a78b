import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { KubernetesError } from "../../../adapters/kubernetes/errors";
import { Informer } from "../../../adapters/kubernetes/informer";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import { FakeWatch, type Thing } from "../../controller/fakeWatch";
import { virtualTimers } from "../../controller/timers";
import { VirtualClock } from "../../support/virtualClock";

type Deed = (server: FakeWatch, informer: Informer<Thing>) => void;

const name = fc.constantFrom("a", "b", "c", "d", "e");
let values = 0;

/** What may befall an API server, and whoever follows it. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: name.map(
      (one): Deed =>
        (server) =>
          server.set(one, `v${(values += 1)}`),
    ),
  },
  {
    weight: 2,
    arbitrary: name.map(
      (one): Deed =>
        (server) =>
          server.remove(one),
    ),
  },
  // Somebody in this process writes, and reads the answer before the watch tells of it, or after.
  {
    weight: 1,
    arbitrary: name.map((one): Deed => (server, informer) => {
      server.set(one, `own${(values += 1)}`);
      const written = server.objects.get(one);
      if (written) informer.cache.remember(structuredClone(written));
    }),
  },
  fc.constant<Deed>((server) => server.end()),
  fc.constant<Deed>((server) => server.breakOff()),
  fc.constant<Deed>((server) => server.compact()),
  fc.constant<Deed>((server) => server.bookmark()),
  fc.constant<Deed>((server) => {
    server.write('{"type":"MODIFIED","object":{"metadata":{"na');
    server.breakOff();
  }),
  fc.constant<Deed>((server) => {
    server.compact();
    server.push({ type: "ERROR", object: { code: 410, message: "too old" } });
  }),
  fc.constantFrom(0, 410, 429, 500).map((status): Deed => (server) => {
    const until = server.asked.length + 3;
    server.meet = (_verb, nth) => (nth <= until ? new KubernetesError(status, "unwell") : undefined);
  }),
);

const history = fc.array(fc.tuple(deed, fc.constantFrom(0, 1, 30, 700, 6000)), { maxLength: 40 });

describe("Informer, whatever breaks", () => {
  it("ends with the server's objects, and has told each change once and in order", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.double({ min: 0, max: 0.99, noNaN: true }), async (deeds, random) => {
        const clock = new VirtualClock();
        const restore = virtualTimers(clock);
        const server = new FakeWatch();
        const told = new Map<string, string>();
        const seen: string[] = [];
        const informer = new Informer<Thing>({
          client: server.client,
          collection: EXPERIMENTS,
          clock: clock.machine(),
          random: () => random,
          onChange: (now, before) => {
            const key = (now ?? before)?.metadata.name ?? "";
            // What this process wrote itself was not told, and is what comes before the next change.
            const last = before?.value?.startsWith("own") ? before.value : told.get(key);
            strictEqual(before?.value, last, `${key}: each change follows on the last`);
            if (now?.value === undefined) told.delete(key);
            else {
              strictEqual(seen.includes(now.value), false, `${now.value} is told twice`);
              seen.push(now.value);
              told.set(key, now.value);
            }
          },
        });
        const stop = new AbortController();
        const running = informer.run(stop.signal);
        try {
          for (const [act, ms] of deeds) {
            act(server, informer);
            await clock.run(clock.sleep(ms));
          }
          server.meet = () => undefined;
          await clock.run(clock.sleep(30_000));
          deepStrictEqual(
            [...informer.cache.values()].map(({ metadata, value }) => [metadata.name, value]).sort(),
            [...server.objects.values()].map(({ metadata, value }) => [metadata.name, value]).sort(),
          );
        } finally {
          stop.abort();
          await clock.run(running);
          restore();
        }
      }),
      { numRuns: 300 },
    );
  });

  // The answer to a list is older than what is written while it is on its way.
  it("does not take what was written during a list for a cluster restored from a backup", async () => {
    const clock = new VirtualClock();
    const server = new FakeWatch();
    server.set("a", "first");
    const told: string[] = [];
    const informer = new Informer<Thing>({
      client: {
        ...server.client,
        page: async (...asked) => {
          const page = await server.client.page(...asked);
          server.set("a", "own");
          informer.cache.remember(structuredClone(server.objects.get("a") as Thing));
          return page;
        },
      },
      collection: EXPERIMENTS,
      clock: clock.machine(),
      onChange: (now, before) => told.push(`${before?.value ?? "-"}>${now?.value ?? "-"}`),
    });
    const stop = new AbortController();
    const running = informer.run(stop.signal);
    await clock.run(informer.synced);
    strictEqual(informer.cache.get("n", "a")?.value, "own");
    await clock.run(clock.sleep(100));
    deepStrictEqual(told, []);
    stop.abort();
    await clock.run(running);
  });
});
