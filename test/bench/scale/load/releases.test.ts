import assert from "node:assert/strict";
import { planOf } from "../../../../adapters/kubernetes/experiment/read";
import { targetState, type Deployment } from "../../../../adapters/kubernetes/deployments";
import { forEach } from "../../../../bench/scale/load/parallel";
import { deploymentObject, experimentObject, ready } from "../../../../bench/scale/load/objects";
import { PLAN } from "../../../../bench/scale/load/plan";
import { releasesOf, serviceKey, workloadOf } from "../../../../bench/scale/load/releases";

describe("the bench's releases", () => {
  const releases = releasesOf(60, 1, new Map());

  it("have a third of bad candidates, half of them from the start", () => {
    const count = (behaviour: string): number => releases.filter((release) => release.behaviour === behaviour).length;
    assert.deepEqual([count("good"), count("bad"), count("turnsBad")], [40, 10, 10]);
  });
  it("are spread over ten namespaces", () => {
    assert.equal(new Set(releases.map(({ namespace }) => namespace)).size, 10);
    assert.equal(new Set(releases.map(serviceKey)).size, 60);
  });
  it("of a later round begin with the version that serves, and have a new candidate", () => {
    const [first] = releasesOf(2, 3, new Map([["bench-0/web-0000", "web-0000-v3"]]));
    assert.deepEqual([first?.baseline, first?.candidate], ["web-0000-v3", "web-0000-v4"]);
  });
  it("have Deployments that are Ready and named after their pods' labels", () => {
    const deployment = deploymentObject("a", "web", "web-v1");
    assert.equal(targetState(ready({ ...deployment, metadata: { ...deployment.metadata, generation: 2 } })), "ready");
    assert.equal(workloadOf((deployment as Deployment).spec.template.metadata?.labels ?? {}), "web-v1");
  });
  it("have the plan that the bench judges them by", () => {
    const [release] = releases;
    assert.ok(release);
    const { traffic } = planOf(experimentObject(release, "http://prometheus"));
    assert.deepEqual(
      [traffic.intervalMs, traffic.step, traffic.maxWeight, traffic.maxIterations],
      [PLAN.intervalMs, PLAN.step, PLAN.maxWeight, PLAN.iterations],
    );
  });
});

describe("doing the same for many", () => {
  it("does it for each, and for no more than so many at a time", async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await forEach([1, 2, 3, 4, 5], 2, async (one) => {
      most = Math.max(most, (now += 1));
      await Promise.resolve();
      now -= 1;
      done.push(one);
    });
    assert.deepEqual([done, most], [[1, 2, 3, 4, 5], 2]);
  });
  it("begins no other after a failure", async () => {
    const begun: number[] = [];
    const work = (one: number): Promise<void> => {
      begun.push(one);
      return one === 1 ? Promise.reject(new Error("no")) : Promise.resolve();
    };
    await assert.rejects(forEach([1, 2, 3, 4, 5, 6], 2, work), /no/);
    assert.ok(begun.length < 6, String(begun));
  });
});
