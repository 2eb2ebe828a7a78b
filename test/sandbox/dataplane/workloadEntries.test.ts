import assert from "node:assert/strict";

import { workloadEntryOf } from "../../../sandbox/dataplane/workloadEntries";
import { parsePod } from "../../../sandbox/mesh/parse";
import { pod, podObject } from "../mesh/fixtures";

describe("the WorkloadEntry of a pod", () => {
  it("has its address, labels and account, and goes with the pod", () => {
    assert.deepEqual(workloadEntryOf(pod("web", "v1", { ip: "127.1.0.5", serviceAccount: "web-account" })), {
      apiVersion: "networking.istio.io/v1",
      kind: "WorkloadEntry",
      metadata: {
        name: "web-v1-0",
        namespace: "shop",
        labels: { app: "web", version: "v1", "serin.dev/data-plane": "sandbox" },
        ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "web-v1-0", uid: "web-v1-0" }],
      },
      spec: { address: "127.1.0.5", labels: { app: "web", version: "v1" }, serviceAccount: "web-account" },
    });
  });

  it("is not there for a pod that cannot be sent requests", () => {
    assert.equal(workloadEntryOf(pod("web", "v1", { ip: "127.1.0.5", ready: false })), undefined, "not ready");
    assert.equal(workloadEntryOf(pod("web", "v1")), undefined, "no address yet");
    assert.equal(workloadEntryOf(pod("web", "v1", { ip: "127.0.0.1" })), undefined, "host network");
    assert.equal(workloadEntryOf(pod("web", "v1", { ip: "10.0.0.7" })), undefined, "not a pod of the kubelet");
  });

  it("ends when the pod begins to end", () => {
    const object = podObject("web", "v1") as { metadata: object; status: object };
    const status = { ...object.status, podIP: "127.1.0.5" };
    assert.equal(workloadEntryOf(parsePod({ ...object, status }))?.spec.address, "127.1.0.5");
    const metadata = { ...object.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" };
    assert.equal(workloadEntryOf(parsePod({ ...object, metadata, status })), undefined);
  });
});
