import assert from "node:assert/strict";

import { readBehaviour } from "../../../sandbox/mesh/annotations";
import { PodLives } from "../../../sandbox/mesh/podLives";
import { Simulation, type Arrival, type Target } from "../../../sandbox/mesh/simulation";
import { branch, pod, routeOf, service } from "./fixtures";

const v1 = pod("reviews", "v1");
const v2 = pod("reviews", "v2", { annotations: { "mesh.serin.dev/error-rate": "0.2" } });

function simulate(seed = 5) {
  const arrivals: Arrival[] = [];
  const lives = new PodLives();
  for (const one of [v1, v2]) lives.see(one, readBehaviour(one.annotations, assert.fail), 0);
  const simulation = new Simulation({ seed, lives, onArrival: (arrival) => arrivals.push(arrival) });
  return { arrivals, simulation };
}

function target(requestsPerSecond: number, ...branches: Parameters<typeof routeOf>): Target {
  const ways = branches.length > 0 ? branches : [branch({ pods: [v1] })];
  return { service: service("reviews"), requestsPerSecond, route: routeOf(...ways) };
}

/** Advances to `to` in ticks of the given length. */
function run(simulation: Simulation, from: number, to: number, tickMs = 25): void {
  for (let at = from + tickMs; at < to; at += tickMs) simulation.advance(at);
  simulation.advance(to);
}

describe("arrivals", () => {
  it("are a Poisson process of the rate", () => {
    const { arrivals, simulation } = simulate();
    simulation.setTargets([target(50)], 0);
    run(simulation, 0, 1_000_000);
    // 50,000 expected; four standard deviations are 894.
    assert.ok(Math.abs(arrivals.length - 50_000) < 894, `${arrivals.length} arrivals`);
    const perSecond = new Map(Array.from({ length: 1000 }, (_, second) => [second, 0]));
    for (const { at } of arrivals)
      perSecond.set(Math.floor(at / 1000), (perSecond.get(Math.floor(at / 1000)) ?? 0) + 1);
    const variance = [...perSecond.values()].reduce((sum, count) => sum + (count - 50) ** 2, 0) / 1000;
    // A Poisson count has a variance of its mean; the standard error of 1,000 of them is 2.2.
    assert.ok(Math.abs(variance - 50) < 9, `variance ${variance}`);
    assert.ok(arrivals.every(({ at }, index) => at > (arrivals[index - 1]?.at ?? 0)));
  });

  it("repeat for a seed, however the time is cut into ticks, and whatever other services there are", () => {
    const runs = [25, 7, 400].map((tickMs, index) => {
      const { arrivals, simulation } = simulate();
      const other = { ...target(30), service: service("ratings") };
      simulation.setTargets(index === 1 ? [other, target(100)] : [target(100)], 0);
      run(simulation, 0, 5_000, tickMs);
      return arrivals
        .filter(({ service }) => service.name === "reviews")
        .map(({ at, code, latencyMs }) => [at, code, latencyMs]);
    });
    assert.ok((runs[0]?.length ?? 0) > 400);
    assert.deepEqual(runs[1], runs[0]);
    assert.deepEqual(runs[2], runs[0]);
    const { arrivals, simulation } = simulate(6);
    simulation.setTargets([target(100)], 0);
    run(simulation, 0, 5_000);
    assert.notDeepEqual(arrivals[0]?.at, runs[0]?.[0]?.[0]);
  });

  it("are not made up for beyond two seconds after a stall", () => {
    const { arrivals, simulation } = simulate();
    simulation.setTargets([target(1_000)], 0);
    simulation.advance(100_000);
    assert.ok(arrivals.length > 1_700 && arrivals.length < 2_300, `${arrivals.length} arrivals`);
    assert.ok((arrivals[0]?.at ?? 0) >= 98_000);
  });

  it("follow a change of the rate from then on", () => {
    const { arrivals, simulation } = simulate();
    simulation.setTargets([target(10)], 0);
    run(simulation, 0, 10_000);
    simulation.setTargets([target(1_000)], 10_000);
    run(simulation, 10_000, 11_000);
    const before = arrivals.filter(({ at }) => at <= 10_000).length;
    assert.ok(before > 60 && before < 140, `${before} before`);
    assert.ok(Math.abs(arrivals.length - before - 1000) < 130, `${arrivals.length - before} after`);
    simulation.setTargets([target(0)], 11_000);
    const count = arrivals.length;
    run(simulation, 11_000, 20_000);
    simulation.setTargets([], 20_000);
    run(simulation, 20_000, 30_000);
    assert.equal(arrivals.length, count);
  });

  it("keep their times when only the route changes", () => {
    const times = [false, true].map((change) => {
      const { arrivals, simulation } = simulate();
      simulation.setTargets([target(100, branch({ pods: [v1, v2] }))], 0);
      run(simulation, 0, 1_000);
      if (change) simulation.setTargets([target(100, branch({ pods: [v2, v1] }))], 1_000);
      run(simulation, 1_000, 2_000);
      return arrivals.map(({ at }) => at);
    });
    assert.deepEqual(times[0], times[1]);
  });
});

describe("answers", () => {
  it("are shared out by weight, evenly within a branch, and fail at the pod's error rate", () => {
    const { arrivals, simulation } = simulate();
    const baseline = branch({ key: "v1", weight: 75, pods: [v1] });
    const candidate = branch({ key: "v2", weight: 25, pods: [v2] });
    simulation.setTargets([target(1_000, baseline, branch({ key: "v0", weight: 0, pods: [v1] }), candidate)], 0);
    run(simulation, 0, 40_000);
    const toCandidate = arrivals.filter((arrival) => arrival.branch.key === "v2");
    const share = toCandidate.length / arrivals.length;
    // Four standard errors of 40,000 draws.
    assert.ok(Math.abs(share - 0.25) < 0.0087, `share ${share}`);
    assert.ok(arrivals.every((arrival) => arrival.branch.key !== "v0"));
    const errors = toCandidate.filter(({ code }) => code === 500).length / toCandidate.length;
    assert.ok(Math.abs(errors - 0.2) < 0.016, `errors ${errors}`);
    assert.ok(arrivals.every(({ pod, code }) => pod === v2 || code === 200));
  });

  it("come evenly from the pods of a branch", () => {
    const { arrivals, simulation } = simulate();
    simulation.setTargets([target(1_000, branch({ pods: [v1, v2] }))], 0);
    run(simulation, 0, 10_000);
    const share = arrivals.filter(({ pod }) => pod === v1).length / arrivals.length;
    assert.ok(Math.abs(share - 0.5) < 0.02, `share ${share}`);
  });

  it("are the proxy's own when there is no pod", () => {
    const { arrivals, simulation } = simulate();
    simulation.setTargets([target(100, branch({ failure: { code: 503, flags: "UH" } }))], 0);
    run(simulation, 0, 1_000);
    assert.ok(arrivals.length > 50);
    for (const { pod, code, flags, latencyMs } of arrivals) {
      assert.deepEqual({ pod, code, flags, latencyMs }, { pod: undefined, code: 503, flags: "UH", latencyMs: 0 });
    }
  });
});
