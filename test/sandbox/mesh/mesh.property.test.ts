import fc from "fast-check";
import assert from "node:assert/strict";

import type { Kind } from "../../../sandbox/mesh/caches";
import { meshWith, podObject, serviceObject, splitObject, subsetsObject } from "./fixtures";

type Change = (mesh: ReturnType<typeof meshWith>) => void;

const weight = fc.integer({ min: 0, max: 100 });
const version = fc.constantFrom("v1", "v2");
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.integer({ min: 1, max: 3_000 }).map(
    (ms): Change =>
      ({ run }) =>
        run(ms),
  ),
  fc.tuple(weight, fc.nat()).map(
    ([w, g]): Change =>
      ({ mesh }) =>
        mesh.sink("virtualservices").upsert(splitObject(w, g)),
  ),
  fc.constant<Change>(({ mesh }) => mesh.sink("virtualservices").remove(splitObject(0))),
  fc.constant<Change>(({ mesh }) => mesh.sink("destinationrules").remove(subsetsObject())),
  fc.tuple(version, fc.boolean(), fc.nat(2)).map(
    ([v, ready, index]): Change =>
      ({ mesh }) =>
        mesh
          .sink("pods")
          .upsert(podObject("reviews", v, { ready, index, annotations: { "mesh.serin.dev/error-rate": "0.3" } })),
  ),
  version.map(
    (v): Change =>
      ({ mesh }) =>
        mesh.sink("pods").remove(podObject("reviews", v)),
  ),
);

describe("every arrival", () => {
  it("is counted exactly once for each reporter that saw it, whatever changes meanwhile", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.nat(), (changes, seed) => {
        const services = [serviceObject("reviews", "80")];
        const pods = [podObject("reviews", "v1"), podObject("reviews", "v2")];
        const mesh = meshWith({ services, pods, destinationrules: [subsetsObject()] }, seed);
        for (const apply of changes) apply(mesh);
        mesh.run(100);
        const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
        const rows = mesh.mesh.counters.all();
        const series = [...mesh.mesh.series.all()];
        const reported = (reporter: string) =>
          sum(series.filter(({ labels }) => labels["reporter"] === reporter).map(({ count }) => count));
        assert.equal(reported("source"), sum(rows.map(({ requests }) => requests)));
        const reached = rows.filter(({ workload }) => workload !== "unknown");
        assert.equal(reported("destination"), sum(reached.map(({ requests }) => requests)));
        for (const { count, buckets } of series) assert.equal(sum(buckets), count);
        const failed = series.filter(
          ({ labels }) => labels["reporter"] === "source" && Number(labels["response_code"]) >= 500,
        );
        assert.equal(sum(failed.map(({ count }) => count)), sum(rows.map(({ errors }) => errors)));
      }),
      { numRuns: 100, seed: 20 },
    );
  });
});

describe("odd objects", () => {
  /** A well-formed object with any field, at any depth, replaced by anything. */
  const damaged = (object: unknown): fc.Arbitrary<unknown> => {
    if (typeof object !== "object" || object === null) return fc.oneof(fc.constant(object), fc.anything());
    const fields = Object.entries(object).map(([key, value]) => [key, damaged(value)] as const);
    const whole = Array.isArray(object)
      ? fc.tuple(...fields.map(([, value]) => value))
      : fc.record(Object.fromEntries(fields), { requiredKeys: [] });
    return fc.oneof({ weight: 9, arbitrary: whole }, { weight: 1, arbitrary: fc.anything() });
  };
  const cases: readonly [kind: Kind, object: object][] = [
    ["services", serviceObject("reviews", "50")],
    ["pods", podObject("reviews", "v1", { annotations: { "mesh.serin.dev/error-rate": "0.5" } })],
    ["virtualservices", splitObject(10)],
    ["destinationrules", subsetsObject()],
  ];
  for (const [kind, object] of cases) {
    it(`never break the mesh: ${kind}`, () => {
      fc.assert(
        fc.property(damaged(object), (odd) => {
          const { mesh, run } = meshWith(Object.fromEntries(cases.map(([kind, object]) => [kind, [object]])));
          mesh.sink(kind).upsert(odd);
          run(200);
          mesh.sink(kind).remove(odd);
          mesh.sink(kind).replace([odd, object]);
          run(200);
          for (const { weights } of mesh.routes.all()) assert.ok(Object.values(weights).every(Number.isFinite));
        }),
        { numRuns: 300, seed: 21 },
      );
    });
  }
});
