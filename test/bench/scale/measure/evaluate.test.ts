import assert from "node:assert/strict";
import type { IterationStatus } from "../../../../adapters/kubernetes/experiment/resource";
import type { Observations, ObservedExperiment, RouteChange } from "../../../../bench/scale/exporter/observations";
import { experimentKey, serviceKey, type Behaviour, type Release } from "../../../../bench/scale/load/releases";
import { evaluate } from "../../../../bench/scale/measure/evaluate";

const FROM = 1_000_000;
const TOLD = { TargetsFound: 1, IterationUpdate: 2, IterationSucceeded: 1 };

function release(service: string, behaviour: Behaviour): Release {
  return { namespace: "a", service, experiment: `${service}-r1`, baseline: "v1", candidate: "v2", behaviour };
}

/** A release of two iterations, 10 s each, that began half a second after its creation. */
function seen(ending: number, verdict: string, lateMs: number): [RouteChange[], ObservedExperiment] {
  const begin = FROM + 500;
  const route = (at: number, weight: number): RouteChange => ({ at, shares: { v1: 100 - weight, v2: weight } });
  const iteration = (number: number, startedAt: number, weight: number, nextWeight: number): IterationStatus => {
    const [at, assessedAt] = [startedAt, startedAt + 10_020].map((ms) => new Date(ms).toISOString()) as [
      string,
      string,
    ];
    return { iteration: number, startedAt: at, assessedAt, weight, nextWeight, met: true, reason: "" };
  };
  const [second, third] = [begin + 10_000 + lateMs, begin + 20_000 + lateMs];
  return [
    [route(begin, 40), route(second, 50), route(third, ending)],
    {
      seenAt: FROM,
      completedAt: third + 1_000,
      verdict,
      winner: ending === 100 ? "v2" : "v1",
      history: [iteration(1, begin, 40, 50), iteration(2, second, 50, ending)],
    },
  ];
}

function evaluated(lateMs = 100) {
  const releases = [release("x", "good"), release("y", "turnsBad"), release("z", "bad")];
  const ends = [seen(100, "promoted", lateMs), seen(0, "rolledBack", lateMs), seen(0, "rolledBack", lateMs)];
  const keyed = <T>(key: (one: Release) => string, pick: (i: number) => T): Record<string, T> =>
    Object.fromEntries(releases.map((one, i) => [key(one), pick(i)]));
  const observations: Observations = {
    routes: keyed(serviceKey, (i) => ends[i]?.[0] ?? []),
    experiments: keyed(experimentKey, (i) => ends[i]?.[1] as ObservedExperiment),
    writes: [],
    turnedBad: { "a/y": FROM + 10_600 },
  };
  const told = new Map(releases.map((one) => [experimentKey(one), { ...TOLD, ExperimentSucceeded: 1 }]));
  return { releases, observations, told };
}

describe("a round's evaluation", () => {
  it("has the times of its releases", () => {
    const { releases, observations, told } = evaluated();
    const found = evaluate(releases, observations, told, FROM);
    assert.equal(found.wallMs, 21_600);
    assert.deepEqual([found.firstWeight.count, found.firstWeight.p50], [3, 500]);
    assert.deepEqual([found.promotion.count, found.promotion.p50], [1, 20_600]);
    assert.deepEqual([found.afterDue.count, found.afterDue.min, found.afterDue.max], [6, 0, 100]);
    assert.deepEqual([found.decision.count, found.decision.p50], [6, 20]);
    assert.deepEqual([found.badToZero.count, found.badToZero.p50], [1, 20_100]);
    assert.deepEqual([found.turnToZero.count, found.turnToZero.p50], [1, 10_000]);
  });
  it("finds nothing wrong with right ones", () => {
    const { releases, observations, told } = evaluated();
    const found = evaluate(releases, observations, told, FROM);
    assert.deepEqual(
      [found.completed, found.early, found.lostIterations, found.doubledIterations, found.mistakes, found.events],
      [3, 0, 0, 0, {}, { lost: 0, doubled: 0 }],
    );
  });
  it("finds the early ones", () => {
    const { releases, observations, told } = evaluated(-100);
    assert.equal(evaluate(releases, observations, told, FROM).early, 3);
  });
  it("finds what is wrong with others", () => {
    const { releases, observations } = evaluated();
    const { completedAt, ...unfinished } = observations.experiments["a/x-r1"] as ObservedExperiment;
    assert.ok(completedAt);
    const experiments = { ...observations.experiments, "a/x-r1": unfinished };
    const found = evaluate(releases, { ...observations, experiments }, new Map(), FROM);
    assert.equal(found.wallMs, undefined);
    assert.deepEqual(found.mistakes, { unfinished: 1 });
    // Five occurrences each of the two that ended; what the third ought to have told by now is not known.
    assert.deepEqual(found.events, { lost: 10, doubled: 0 });
  });
});
