import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { defaultMetrics, FleetObserver, observe, type QueryResult, type RangeResult } from "../../adapters/prometheus";
import { definitionsFor, experimentMetrics, type MetricSource } from "../../driver/metrics";
import { FakeKubernetes } from "../support/fakeKubernetes";

const START = Date.UTC(2030, 0, 1);
const NOW = START + 60_000;

/** Notes what it is asked, and has no rows. */
class Recorder {
  readonly asked: string[] = [];

  query(promql: string): Promise<QueryResult> {
    this.asked.push(promql);
    return Promise.resolve({ kind: "vector", rows: [] });
  }

  queryRange(promql: string): Promise<RangeResult> {
    this.asked.push(promql);
    return Promise.resolve({ kind: "matrix", series: [] });
  }
}

interface Names {
  readonly namespace: string;
  readonly baseline: string;
  readonly candidate: string;
}

function experiment(
  { namespace, baseline, candidate }: Names,
  mode: "point" | "sequential",
  others = "x",
): ExperimentResource {
  const metrics = defaultMetrics.filter(({ isCounter }) => !isCounter);
  return {
    apiVersion: "iter8.tools/v1alpha1",
    kind: "Experiment",
    metadata: { name: others, namespace, uid: others },
    spec: {
      targetService: { name: others, baseline, candidate },
      trafficControl: { strategy: mode === "sequential" ? "guarded" : "check_and_increment" },
      analysis: {
        successCriteria: metrics.map(({ name }) => ({ metricName: name, toleranceType: "delta", tolerance: 0.1 })),
        reward: { metricName: others },
      },
      routingReference: { name: others },
      serin: { attempt: others },
    },
    metrics: {
      [others]: { query_template: others, sample_size_template: others, is_counter: others, absent_value: others },
    },
  };
}

/** All that Prometheus is asked about an experiment, by the controller's observer or by that of a `pulumi up`. */
async function asked(one: ExperimentResource, isFleet: boolean): Promise<readonly string[]> {
  const recorder = new Recorder();
  const clock = { now: () => NOW, monotonic: () => 0, sleep: async () => undefined };
  const fleet = new FleetObserver({ source: recorder, clock });
  const alone: MetricSource = {
    observe: ({ definitions, versions, startedAt, ...options }, now) =>
      observe(recorder, definitions, versions, startedAt, now, options),
    history: async () => [],
  };
  const source = isFleet ? fleet : alone;
  const { observe: look, history } = experimentMetrics(new FakeKubernetes().client(), () => source);
  await look(one, START, NOW);
  await history(one, NOW);
  return recorder.asked;
}

/** A query with each string literal, as PromQL reads them, in place of its text; and the literals' texts. */
function parsed(promql: string): { readonly structure: string; readonly literals: readonly string[] } {
  const literals: string[] = [];
  let structure = "";
  for (let at = 0; at < promql.length; at += 1) {
    const quote = promql[at] as string;
    ok(quote !== "#", `a comment in ${promql}`);
    ok(quote !== "$", `a placeholder is left in ${promql}`);
    if (!`'"\``.includes(quote)) {
      structure += quote;
      continue;
    }
    let text = "";
    for (at += 1; promql[at] !== quote; at += 1) {
      ok(at < promql.length && promql[at] !== "\n", `a literal does not end in ${promql}`);
      if (promql[at] === "\\" && quote !== "`") {
        at += 1;
        text += ({ n: "\n", r: "\r", t: "\t" } as Record<string, string>)[promql[at] as string] ?? promql[at];
      } else text += promql[at];
    }
    literals.push(text);
    structure += "''";
  }
  return { structure, literals };
}

const NASTY = [
  "'",
  '"',
  "`",
  "\\",
  "\\'",
  "'} or vector(1) #",
  "a'}) or up{x='",
  "v1|.*",
  ".*",
  "^$",
  "new\nline",
  "\r\t",
  "# comment",
  "$entity_selector",
  "$interval",
  "$entity_labels",
  "$&",
  "$'",
  "$1",
  "{}()[]",
  "ü🐤",
  "",
  " or ",
  "__proto__",
];
const HARMLESS: Names = { namespace: "shop", baseline: "cart-v1", candidate: "cart-v2" };

describe("what users write in an Experiment", () => {
  const name = fc.oneof(
    fc.constantFrom(...NASTY),
    fc.string({ unit: fc.constantFrom(...NASTY, "a", "b"), maxLength: 5 }),
  );
  const distinct = fc
    .record({ namespace: name, baseline: name, candidate: name })
    .filter((n) => n.baseline !== n.candidate);

  for (const mode of ["point", "sequential"] as const) {
    for (const isFleet of [true, false]) {
      it(`never changes what a query is made of (${mode}, ${isFleet ? "many at once" : "alone"})`, async () => {
        const expected = (await asked(experiment(HARMLESS, mode), isFleet)).map((query) => parsed(query).structure);
        ok(expected.length > 0);
        await fc.assert(
          fc.asyncProperty(distinct, name, async (names, others) => {
            const queries = await asked(experiment(names, mode, others), isFleet);
            deepStrictEqual(
              queries.map((query) => parsed(query).structure),
              expected,
            );
            for (const query of queries) {
              for (const literal of parsed(query).literals) {
                if (literal !== names.namespace && /cart|shop/.test(literal)) throw new Error(literal);
              }
              // The names are there, as they are, and as patterns that match nothing else.
              const { literals } = parsed(query);
              if (!query.includes("destination_workload=~")) continue;
              const pattern = new RegExp(`^(?:${literals.find((text) => text.includes("|")) ?? ""})$`, "s");
              ok(pattern.test(names.baseline) && pattern.test(names.candidate), query);
              ok(!pattern.test(`${names.baseline}x`) || `${names.baseline}x` === names.candidate);
              ok(!pattern.test("neither of them"));
            }
          }),
          { numRuns: 150 },
        );
      });
    }
  }

  it("finds no metric by a name that is none", async () => {
    for (const metricName of [...NASTY, "constructor", "iter8_latency'", "iter8_latency or up"]) {
      const one = experiment(HARMLESS, "point");
      const analysis = { successCriteria: [{ metricName, toleranceType: "threshold" as const, tolerance: 1 }] };
      const found = definitionsFor(new FakeKubernetes().client(), { ...one, spec: { ...one.spec, analysis } });
      const outcome = await found.then(
        () => "found",
        (error: Error) => error.message,
      );
      ok(outcome.startsWith("Fail to read metrics: "), `${metricName}: ${outcome}`);
    }
  });

  it("of two in one query stays each its own", async () => {
    const recorder = new Recorder();
    const clock = { now: () => NOW, monotonic: () => 0, sleep: async () => undefined };
    const fleet = new FleetObserver({ source: recorder, clock });
    const { observe: look } = experimentMetrics(new FakeKubernetes().client(), () => fleet);
    const nasty = { namespace: "a'|b", baseline: "x'} or up #", candidate: "$entity_selector" };
    await Promise.all([look(experiment(HARMLESS, "point"), START, NOW), look(experiment(nasty, "point"), START, NOW)]);
    strictEqual(recorder.asked.length, 1);
    const { structure } = parsed(recorder.asked[0] as string);
    ok(!structure.includes("up "), structure);
  });
});
