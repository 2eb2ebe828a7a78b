import assert from "node:assert/strict";
import type { ExperimentResource } from "../../../../adapters/kubernetes/experiment/resource";
import { Recorder } from "../../../../bench/scale/exporter/observations";
import { experimentObject } from "../../../../bench/scale/load/objects";
import { releasesOf } from "../../../../bench/scale/load/releases";

describe("the bench's record of a round", () => {
  const releases = releasesOf(1, 1, new Map());
  const created = experimentObject(releases[0] as (typeof releases)[number], "http://prometheus");
  const seen = (resourceVersion: string, completed?: "True" | "False"): ExperimentResource => ({
    ...created,
    metadata: { ...created.metadata, resourceVersion },
    ...(completed && {
      status: {
        conditions: [{ type: "ExperimentCompleted", status: completed }],
        serin: { stage: "ended", createdAt: "", reason: "", verdict: "promoted", winner: "web-0000-v2" },
      },
    }),
  });
  let recorder: Recorder;
  beforeEach(() => {
    recorder = new Recorder();
    recorder.begin(releases);
  });
  const observed = () => recorder.observations({}).experiments["bench-0/web-0000-r1"];

  it("has when an Experiment was first seen and when it first was completed", () => {
    recorder.experiment(seen("1"), 100);
    recorder.experiment(seen("2", "False"), 200);
    assert.deepEqual(recorder.progress(), { seen: 1, completed: 0 });
    recorder.experiment(seen("3", "True"), 300);
    recorder.experiment(seen("4", "True"), 400);
    assert.deepEqual(recorder.progress(), { seen: 1, completed: 1 });
    assert.deepEqual([observed()?.seenAt, observed()?.completedAt, observed()?.winner], [100, 300, "web-0000-v2"]);
  });
  it("takes what a new watch shows again for no write", () => {
    recorder.experiment(seen("2", "False"), 200);
    recorder.experiment(seen("2", "False"), 300);
    assert.deepEqual(recorder.observations({}).writes, [200]);
  });
  it("does not look at the Experiments of other rounds", () => {
    recorder.begin(releasesOf(1, 2, new Map()));
    recorder.experiment(seen("1"), 100);
    assert.deepEqual(recorder.progress(), { seen: 0, completed: 0 });
  });
});
