import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { isConflict } from "../../adapters/kubernetes/errors";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { EXPERIMENTS } from "../../adapters/kubernetes/paths";
import { holdBack } from "../../driver/hold";
import { worldOver } from "../../driver/realWorld";
import type { Occurrence } from "../../engine";
import { FakeKubernetes } from "../support/fakeKubernetes";
import { NAMESPACE } from "../support/objects";
import { VirtualClock } from "../support/virtualClock";
import { EXPERIMENT, experiment } from "./simulation";

const WHY: Occurrence = { reason: "TargetsNotFound", message: "Target service is being involved in other experiment" };

/** A cluster with an experiment, and a world that notes what is announced. */
function given() {
  const api = new FakeKubernetes();
  api.put(EXPERIMENTS, experiment({}));
  const announced: Occurrence[] = [];
  const urgencies: string[] = [];
  const world = worldOver(api.client(), {
    clock: new VirtualClock().machine(),
    driver: "controller",
    mayWrite: () => undefined,
    setUrgency: (urgency) => urgencies.push(urgency),
    observe: () => Promise.reject(new Error("nothing is observed")),
    history: async () => [],
    announce: async (_experiment, occurrence) => void announced.push(occurrence),
  });
  const record = () => api.peek<ExperimentResource>(EXPERIMENTS, NAMESPACE, EXPERIMENT) as ExperimentResource;
  return { api, world, announced, urgencies, record };
}

describe("holdBack", () => {
  it("says once why an experiment is not looked at any further", async () => {
    const { api, world, announced, urgencies, record } = given();
    for (let i = 0; i < 3; i += 1) await holdBack(world, record(), WHY);
    deepStrictEqual(announced, [WHY]);
    deepStrictEqual(urgencies, ["status"]);
    strictEqual(api.writes.length, 1);
    const { status, metadata } = record();
    strictEqual(status?.message, `TargetsNotFound: ${WHY.message}`);
    strictEqual(status.phase, "Pause");
    strictEqual(status.observedGeneration, metadata.generation);
    deepStrictEqual(
      status.conditions?.map(({ type, status: is }) => [type, is]),
      [
        ["TargetsProvided", "False"],
        ["ExperimentCompleted", "False"],
      ],
    );
    strictEqual(status.serin, undefined, "it has not begun");
  });

  it("says anew what is something else, and tells nobody twice of what is still so after a change", async () => {
    const { api, world, announced, record } = given();
    await holdBack(world, record(), WHY);
    api.edit<ExperimentResource>(EXPERIMENTS, NAMESPACE, EXPERIMENT, (one) => ({ ...one, action: "pause" }));
    await holdBack(world, record(), WHY);
    strictEqual(announced.length, 1);
    strictEqual(record().status?.observedGeneration, record().metadata.generation);
    await holdBack(world, record(), { reason: "SyncMetricsError", message: "no such metric" });
    strictEqual(announced.length, 2);
    strictEqual(record().status?.message, "SyncMetricsError: no such metric");
  });

  it("leaves the rest of the record as it is, and does not overwrite what it has not read", async () => {
    const { api, world, record } = given();
    const serin = { stage: "iterating", createdAt: "2030-01-01T00:00:00.000Z", reason: "held" } as const;
    const status = { currentIteration: 3, trafficSplitPercentage: { baseline: 60, candidate: 40 }, serin };
    api.edit<ExperimentResource>(EXPERIMENTS, NAMESPACE, EXPERIMENT, (one) => ({ ...one, status }));
    const stale = record();
    await holdBack(world, stale, WHY);
    deepStrictEqual(record().status?.serin, serin);
    strictEqual(record().status?.currentIteration, 3);
    deepStrictEqual(record().status?.trafficSplitPercentage, status.trafficSplitPercentage);
    await rejects(holdBack(world, stale, { ...WHY, message: "other" }), isConflict);
  });
});
