import assert from "node:assert/strict";
import { KubernetesError } from "../../../../adapters/kubernetes/errors";
import { EVENTS } from "../../../../adapters/kubernetes/paths";
import { EventRecorder } from "../../../../sandbox/kubelet/pods/events";
import { FakeKubernetes } from "../../../support/fakeKubernetes";
import { FakeClock, settled } from "./fakeClock";

interface Event {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly involvedObject: { readonly kind: string; readonly uid: string; readonly fieldPath?: string };
  readonly source: { readonly component: string; readonly host: string };
}

describe("events of a pod", () => {
  const pod = { namespace: "default", name: "web", uid: "1" };
  const started = { type: "Normal", reason: "Started", message: "Started container main" } as const;
  let cluster: FakeKubernetes;
  let clock: FakeClock;
  let faults: number[];
  let events: EventRecorder;

  beforeEach(() => {
    cluster = new FakeKubernetes();
    clock = new FakeClock();
    faults = [];
    const before = (): void => {
      const status = faults.shift();
      if (status !== undefined) throw new KubernetesError(status, "no");
    };
    events = new EventRecorder({ api: cluster.client({ before }), nodeName: "real", clock, random: () => 0 });
  });

  const all = (): Event[] => cluster.all<Event>(EVENTS);

  it("name the pod, the container and the node", async () => {
    events.tell(pod, { ...started, container: { name: "main", role: "main" } });
    events.tell(pod, { ...started, container: { name: "proxy", role: "sidecar" } });
    await settled();
    const [main, proxy] = all();
    assert.deepEqual(
      [main?.reason, main?.involvedObject.uid, main?.source],
      ["Started", "1", { component: "kubelet", host: "real" }],
    );
    assert.equal(main?.involvedObject.fieldPath, "spec.containers{main}");
    assert.equal(proxy?.involvedObject.fieldPath, "spec.initContainers{proxy}");
  });

  it("are counted where the same thing happens again, and not written each time", async () => {
    for (let time = 0; time < 100; time++) events.tell(pod, started);
    await clock.advance(60_000);
    assert.deepEqual(
      all().map(({ count }) => count),
      [100],
    );
    assert.equal(cluster.writes.length, 2);
  });

  it("are told apart by pod, and by what is said", async () => {
    events.tell(pod, started);
    events.tell({ ...pod, uid: "2" }, started);
    events.tell(pod, { ...started, message: "Started container other" });
    await settled();
    assert.equal(all().length, 3);
  });

  it("are written when the API server is back", async () => {
    faults = [503, 0];
    events.tell(pod, started);
    await clock.advance(60_000);
    assert.equal(all().length, 1);
  });

  it("are given up where they are refused", async () => {
    faults = [403];
    events.tell(pod, started);
    await clock.advance(600_000);
    assert.equal(all().length, 0);
    assert.equal(clock.pending, 0);
  });
});
