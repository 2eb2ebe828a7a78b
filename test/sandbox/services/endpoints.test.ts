import assert from "node:assert/strict";
import type { V1Pod, V1Service, V1ServicePort } from "@kubernetes/client-node";
import { endpointsOf, targetPort } from "../../../sandbox/services/endpoints";
import type { ServiceObjects } from "../../../sandbox/services/objects";
import { inTurn } from "../../../sandbox/services/proxy";

const port = (more: Partial<V1ServicePort> = {}): V1ServicePort => ({ port: 80, ...more });
const podAt = (ip: string, change: (pod: V1Pod) => void = () => undefined): V1Pod => {
  const pod: V1Pod = {
    metadata: { namespace: "shop", name: ip, labels: { app: "web", more: "yes" } },
    spec: { containers: [{ name: "main", ports: [{ name: "http", containerPort: 8080 }] }] },
    status: { podIP: ip, phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  };
  change(pod);
  return pod;
};
const service = (spec: V1Service["spec"] = {}): V1Service => ({ metadata: { namespace: "shop", name: "web" }, spec });
const selector = { app: "web" };
const objects = (more: Partial<ServiceObjects>): ServiceObjects => ({
  ...{ services: [], pods: [], endpoints: [], slices: [] },
  ...more,
});
const addresses = (spec: V1Service["spec"], ...pods: V1Pod[]): string[] =>
  endpointsOf(service(spec), port(), objects({ pods })).map(({ address }) => address);

describe("where a Service's connections go", () => {
  for (const [target, expected] of [
    [undefined, 80],
    [9090, 9090],
    ["http", 8080],
    ["grpc", undefined],
  ] as const) {
    it(`is the port ${expected} for the target port ${target}`, () =>
      assert.equal(targetPort(port(target === undefined ? {} : { targetPort: target }), podAt("127.1.0.2")), expected));
  }

  const unfit: [string, (pod: V1Pod) => void][] = [
    ["is of another namespace", (pod) => (pod.metadata = { ...pod.metadata, namespace: "other" })],
    ["has other labels", (pod) => (pod.metadata = { ...pod.metadata, labels: { app: "db" } })],
    ["is not ready", (pod) => (pod.status = { ...pod.status, conditions: [{ type: "Ready", status: "False" }] })],
    ["ends", (pod) => (pod.metadata = { ...pod.metadata, deletionTimestamp: new Date() })],
    ["has ended", (pod) => (pod.status = { ...pod.status, phase: "Failed" })],
    ["is on a fake node", (pod) => (pod.status = { ...pod.status, podIP: "10.0.0.4" })],
  ];
  for (const [what, change] of unfit) {
    it(`is no pod that ${what}`, () =>
      assert.deepEqual(addresses({ selector }, podAt("127.1.0.2"), podAt("127.1.0.3", change)), ["127.1.0.2"]));
  }

  it("is a pod that is not ready too, if the Service says so", () => {
    const unready = podAt("127.1.0.2", (pod) => (pod.status = { ...pod.status, conditions: [] }));
    assert.deepEqual(addresses({ selector, publishNotReadyAddresses: true }, unready), ["127.1.0.2"]);
  });

  it("is what is written down, for a Service that selects no pods", () => {
    const metadata = { namespace: "shop", name: "web" };
    const slice = {
      metadata: { ...metadata, name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.1.1.1"] }, { addresses: ["10.1.1.2"], conditions: { ready: false } }],
      ports: [{ name: "http", port: 8000 }],
    };
    const endpoints = { metadata, subsets: [{ addresses: [{ ip: "10.1.1.3" }], ports: [{ port: 8001 }] }] };
    const known = objects({ slices: [slice], endpoints: [endpoints], pods: [podAt("127.1.0.2")] });
    assert.deepEqual(endpointsOf(service(), port({ name: "http" }), known), [{ address: "10.1.1.1", port: 8000 }]);
    assert.deepEqual(endpointsOf(service(), port(), known), [{ address: "10.1.1.3", port: 8001 }]);
    assert.deepEqual(endpointsOf(service({ selector }), port(), known), [{ address: "127.1.0.2", port: 80 }]);
  });

  it("goes round", () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((turn) => inTurn(["a", "b", "c"], turn).join("")),
      ["abc", "bca", "cab", "abc"],
    );
    assert.deepEqual(inTurn([], 3), []);
  });
});
