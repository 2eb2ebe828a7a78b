import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { analyticsRequest } from "../../adapters/analytics";
import { readAnswer } from "../../adapters/analytics/answer";
import { planOf, stateOf } from "../../adapters/kubernetes/experiment/read";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import type { LastState, Observation, Strategy } from "../../engine";
import { analyze, readRequest } from "../../engine/iter8";
import { algorithmOf } from "../../adapters/analytics";
import { LATENCY } from "../adapters/analytics/questions";
import { noRandom } from "../engine/iter8/seededRandom";
import { NAMESPACE, servedLabels, versionLabels } from "../support/objects";
import { Invariants } from "./invariants";
import { UNAVAILABLE } from "./metrics";
import { BASELINE, CANDIDATE, EXPERIMENT, Simulation, type Observe } from "./simulation";

const SERVICE = "http://analytics.example:8080";

async function simulate(observe: Observe, strategy: Strategy = "check_and_increment"): Promise<Simulation> {
  const simulation = new Simulation({ traffic: { strategy } }, observe);
  await simulation.patch({ spec: { analysis: { analyticsService: SERVICE } } });
  return simulation;
}

/** What a service answers that says no more than it has to. */
function bare(allMet: boolean, abort: boolean, candidateWeight: number): Observation {
  const summary = { all_success_criteria_met: allMet, abort_experiment: abort };
  const body = { assessment: { summary }, candidate: { traffic_percentage: candidateWeight } };
  return readAnswer(JSON.stringify(body), [LATENCY], "The service");
}

/** Iter8's own analytics, which sees this latency of the candidate; `sent` hears of each state it gets back. */
function iter8(latency: number, sent: (lastState: LastState) => void = () => undefined): Observe {
  return (experiment, startedAt, now) => {
    const plan = planOf(experiment);
    const algorithm = algorithmOf(plan.traffic.strategy);
    const request = analyticsRequest({
      experiment: EXPERIMENT,
      plan,
      definitions: [LATENCY],
      versions: { baseline: BASELINE, candidate: CANDIDATE, namespace: NAMESPACE },
      startedAt,
      now,
      lastState: stateOf(experiment, plan, now).lastState,
    });
    sent(request._last_state);
    const read = readRequest(algorithm, JSON.parse(JSON.stringify(request)), Date.parse);
    const sampleSize = 100 + (now - startedAt);
    const readings = { baseline: [{ sampleSize, value: 90 }], candidate: [{ sampleSize, value: latency }] };
    return readAnswer(JSON.stringify(analyze(algorithm, read, readings, now, noRandom)), [LATENCY], "The service");
  };
}

function weights(ended: ExperimentResource | undefined): number[] {
  return ended?.status?.serin?.history?.map(({ weight }) => weight) ?? [];
}

describe("a release that an analytics service judges", () => {
  it("is promoted when all criteria are met at the end of the plan", async () => {
    const simulation = await simulate(() => bare(true, false, 50));
    const ended = await simulation.run();
    strictEqual(ended?.status?.serin?.verdict, "promoted");
    deepStrictEqual(weights(ended), [20, 50, 50, 50]);
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v2"));
    deepStrictEqual(ended.status.assessment, {
      conclusions: ["The analytics service says that the success criteria are met."],
      all_success_criteria_met: true,
      abort_experiment: false,
      success_criteria: [],
    });
  });

  it("is rolled back when they are not, and its share is held meanwhile", async () => {
    const simulation = await simulate(() => bare(false, false, 50));
    const invariants = new Invariants(simulation);
    const ended = await simulation.run();
    strictEqual(ended?.status?.serin?.verdict, "rolledBack");
    deepStrictEqual(weights(ended), [20, 20, 20, 20]);
    deepStrictEqual(servedLabels(simulation.api), versionLabels("v1"));
    invariants.assertNone();
  });

  it("is rolled back at once when the service wants to abort", async () => {
    const simulation = await simulate(() => bare(false, true, 0));
    const ended = await simulation.run();
    strictEqual(ended?.status?.serin?.verdict, "rolledBack");
    strictEqual(ended.status.currentIteration, 1);
    ok(simulation.events.some((event) => event.startsWith("ExperimentFailed: Aborted: ")));
  });

  it("waits for a service that does not answer, and is inconclusive when it never does", async () => {
    const simulation = await simulate(() => UNAVAILABLE);
    const invariants = new Invariants(simulation);
    const ended = await simulation.run();
    strictEqual(ended?.status?.serin?.verdict, "inconclusive");
    match(ended.status.serin.reason, /Nobody answers/);
    invariants.assertNone();
  });

  it("goes with Iter8's check_and_increment, whose first answer repeats the first share", async () => {
    const simulation = await simulate(iter8(100));
    const invariants = new Invariants(simulation);
    const ended = await simulation.run();
    strictEqual(ended?.status?.serin?.verdict, "promoted");
    deepStrictEqual(weights(ended), [20, 20, 40, 50]);
    deepStrictEqual(ended.status.assessment?.conclusions, ["All success criteria were  met"]);
    deepStrictEqual(ended.status.serin.criteria?.[0]?.candidate, 100);
    invariants.assertNone();
  });

  it("goes with Iter8's epsilon_greedy, but never down on criteria that are not met", async () => {
    const ended = await (await simulate(iter8(300), "epsilon_greedy")).run();
    strictEqual(ended?.status?.serin?.verdict, "rolledBack");
    deepStrictEqual(weights(ended), [50, 50, 50, 50]);
    match(ended.status.serin.reason, /^All success criteria were not met\. latency of the candidate is not within/);
  });

  it("sends the service's state back as it came, whichever driver asks", async () => {
    const sent: LastState[] = [];
    const simulation = await simulate(iter8(100, (lastState) => sent.push(lastState)));
    const fates = [9, 5, 3].map((write) => [{ write, when: "after" as const, what: "die" as const }]);
    const ended = await simulation.run(...fates);
    strictEqual(ended?.status?.serin?.verdict, "promoted");
    deepStrictEqual(weights(ended), [20, 20, 40, 50]);
    const shares = sent.map(({ candidate }) => (candidate as { traffic_percentage?: number })?.traffic_percentage);
    deepStrictEqual([...new Set(shares)], [undefined, 20, 40, 50]);
    deepStrictEqual(ended.status.analysisState, {});
  });
});
