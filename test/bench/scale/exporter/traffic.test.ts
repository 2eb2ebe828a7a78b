import assert from "node:assert/strict";
import { Traffic, type Counters } from "../../../../bench/scale/exporter/traffic";
import type { Behaviour, Release } from "../../../../bench/scale/load/releases";

const release = (behaviour: Behaviour, candidate = "web-v2", baseline = "web-v1"): Release => {
  return { namespace: "a", service: "web", experiment: "web-r1", baseline, candidate, behaviour };
};

function begun(behaviour: Behaviour): Traffic {
  const traffic = new Traffic();
  traffic.begin([release(behaviour)], 0);
  return traffic;
}

/** Requests and errors by workload, to nine digits. */
function counts(all: readonly Counters[]): Record<string, [requests: number, errors: number]> {
  const rounded = (value: number): number => Number(value.toPrecision(9));
  return Object.fromEntries(
    all.map(({ workload, requests, errors }) => [workload, [rounded(requests), rounded(errors)]]),
  );
}

describe("the bench's traffic", () => {
  it("goes to the baseline until there is a route, 50 requests a second with 0.1 % errors", () => {
    assert.deepEqual(counts(begun("good").counters(10_000)), { "web-v1": [500, 0.5] });
  });
  it("is divided as the weights say, from the moment they change", () => {
    const traffic = begun("good");
    traffic.route("a/web", { "web-v1": 90, "web-v2": 10 }, 10_000);
    traffic.route("a/web", { "web-v1": 80, "web-v2": 20 }, 20_000);
    assert.deepEqual(counts(traffic.counters(22_000)), { "web-v1": [500 + 450 + 80, 1.03], "web-v2": [50 + 20, 0.07] });
  });
  it("counts the same however often it is asked", () => {
    const traffic = begun("good");
    for (let now = 0; now < 10_000; now += 7) traffic.counters(now);
    assert.deepEqual(counts(traffic.counters(10_000)), { "web-v1": [500, 0.5] });
  });
  it("fails in a tenth of a bad candidate's requests, from the first one", () => {
    const traffic = begun("bad");
    traffic.route("a/web", { "web-v1": 90, "web-v2": 10 }, 0);
    assert.deepEqual(counts(traffic.counters(10_000))["web-v2"], [50, 5]);
    assert.deepEqual(traffic.turnedBad(), {});
  });
  it("turns bad when the weight first reaches 20, and stays so", () => {
    const traffic = begun("turnsBad");
    traffic.route("a/web", { "web-v1": 90, "web-v2": 10 }, 0);
    traffic.route("a/web", { "web-v1": 80, "web-v2": 20 }, 10_000);
    traffic.route("a/web", { "web-v1": 90, "web-v2": 10 }, 11_000);
    assert.deepEqual(counts(traffic.counters(12_000))["web-v2"], [65, 0.05 + 1 + 0.5]);
    assert.deepEqual(traffic.turnedBad(), { "a/web": 10_000 });
  });
  it("can be another Service's own: its rates, and how long after it has a weight a candidate turns bad", () => {
    const traffic = new Traffic();
    const own = { requestsPerSecond: 100, goodErrorRate: 0, badErrorRate: 1, turnsBadAt: 10, turnsBadAfterMs: 1_500 };
    traffic.begin([{ ...release("turnsBad"), traffic: own }], 0);
    traffic.route("a/web", { "web-v1": 90, "web-v2": 10 }, 1_000);
    assert.deepEqual(counts(traffic.counters(2_500)), { "web-v1": [235, 0], "web-v2": [15, 0] });
    assert.deepEqual(counts(traffic.counters(4_000))["web-v2"], [30, 15]);
    assert.deepEqual(traffic.turnedBad(), { "a/web": 2_500 });
  });
  it("counts the same whether or not it is asked when a candidate turns bad", () => {
    const traffic = new Traffic();
    traffic.begin([{ ...release("turnsBad"), traffic: { badErrorRate: 1, turnsBadAfterMs: 1_000 } }], 0);
    traffic.route("a/web", { "web-v2": 100 }, 0);
    assert.deepEqual(counts(traffic.counters(3_000))["web-v2"], [150, 0.05 + 100]);
  });
  it("can be counted in whole requests, of which neither the failed nor the others ever become fewer", () => {
    const traffic = new Traffic();
    traffic.begin([{ ...release("bad"), traffic: { badErrorRate: 0.3, whole: true } }], 0);
    traffic.route("a/web", { "web-v2": 100 }, 0);
    let [failed, others] = [0, 0];
    for (let now = 7; now <= 10_000; now += 7) {
      const [counted] = traffic.counters(now) as [Counters];
      const good = counted.requests - counted.errors;
      assert.ok(Number.isInteger(good) && Number.isInteger(counted.errors), `${now}`);
      assert.ok(good >= others && counted.errors >= failed, `${now}`);
      [failed, others] = [counted.errors, good];
    }
    assert.deepEqual([failed, others], [149, 349]);
  });
  it("goes on in the next round with the winner's counters, and drops the others", () => {
    const traffic = begun("good");
    traffic.route("a/web", { "web-v2": 100 }, 1_000);
    traffic.begin([release("bad", "web-v3", "web-v2")], 2_000);
    assert.deepEqual(counts(traffic.counters(3_000)), { "web-v2": [100, 0.1] });
  });
  it("has no requests for a Service that it does not know", () => {
    const traffic = begun("good");
    traffic.route("a/other", { "web-v2": 100 }, 1_000);
    assert.deepEqual(counts(traffic.counters(1_000)), { "web-v1": [50, 0.05] });
  });
});
