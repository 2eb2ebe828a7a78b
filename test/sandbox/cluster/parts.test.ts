import assert from "node:assert/strict";
import { resolve } from "node:path";
import { layoutOf } from "../../../sandbox/cluster/layout";
import { isPartName, partNamed, partsOf } from "../../../sandbox/cluster/parts";
import { dataPlanes, type PartContext } from "../../../sandbox/cluster/parts/part";
import type { Toolchain } from "../../../sandbox/toolchain";

describe("parts of the sandbox", () => {
  // Every tool has a path here, whatever its name.
  const paths = new Proxy({}, { get: (_, name) => `/tools/${String(name)}` }) as Toolchain["paths"];
  const contextOf = (dataPlane: PartContext["dataPlane"]): PartContext => ({
    layout: layoutOf("/sandbox"),
    toolchain: {
      paths,
      dataPlane: { istiod: "/tools/istiod", envoy: "/tools/envoy", vegeta: "/tools/vegeta" },
      platform: new Proxy({}, { get: (_, name) => `/tools/${String(name)}` }) as Toolchain["platform"],
      tools: [],
    },
    ports: {
      ...{ client: 1001, peer: 1002, https: 1003, http: 1004, grpc: 1006, monitoring: 1007 },
      ...{ clientAdmin: 1008, gateway: 1009, gatewayAdmin: 1010 },
    },
    portOf: (_, port) => (port === undefined ? 1005 : 1011),
    dataPlane,
    images: [],
  });

  for (const dataPlane of dataPlanes) {
    const parts = partsOf(dataPlane);
    const context = contextOf(dataPlane);

    it(`of the data plane ${dataPlane} are named once each, and start after those they need`, () => {
      const names = parts.map(({ name }) => name);
      assert.deepEqual(names, [...new Set(names)]);
      for (const [index, { needs }] of parts.entries()) {
        for (const needed of needs) assert.ok(names.indexOf(needed) < index);
      }
    });

    for (const part of parts) {
      it(`${part.name} of the data plane ${dataPlane} listens on its own ports alone`, () => {
        const { program, args } = part.command(context);
        const text = args.join(" ");
        assert.doesNotMatch(text, /0\.0\.0\.0|undefined|NaN/);
        for (const name of part.ports) assert.match(text, new RegExp(`[:= ]${context.ports[name]}\\b`));
        // Our own programs have no option for the address: they know no other.
        if (program === process.execPath) return;
        assert.equal(program, `/tools/${part.name}`);
        assert.match(text, /127\.0\.0\.1/);
      });
    }
  }

  it("are told from anything else by their names", () => {
    assert.ok(isPartName("etcd"));
    assert.ok(isPartName("istiod"));
    assert.ok(!isPartName("toString"));
    assert.throws(() => partNamed("istiod", "simulated"), /with the data plane simulated there is no part istiod/);
  });

  it("give the data plane the address of istiod's discovery service", () => {
    const { args } = partNamed("mesh", "envoy").command(contextOf("envoy"));
    assert.equal(args[args.indexOf("--istiod-port") + 1], "1011");
  });

  it("make EndpointSlices only where pods are not on loopback addresses", () => {
    const controllers = (dataPlane: PartContext["dataPlane"]) =>
      partNamed("kube-controller-manager", dataPlane).command(contextOf(dataPlane)).args.join(" ");
    assert.match(controllers("simulated"), /endpointslice-controller/);
    assert.doesNotMatch(controllers("envoy"), /endpointslice-controller/);
  });

  it("have Services that answer only in a bare cluster, whose mesh waits to be asked for", () => {
    const argumentsOf = (name: "kube-apiserver" | "kubelet" | "mesh", dataPlane: PartContext["dataPlane"]) =>
      partNamed(name, dataPlane).command(contextOf(dataPlane)).args.join(" ");
    assert.match(argumentsOf("kube-apiserver", "envoy"), /--service-cluster-ip-range=10\.96\.0\.0\/16/);
    assert.match(argumentsOf("kube-apiserver", "bare"), /--service-cluster-ip-range=127\./);
    assert.doesNotMatch(argumentsOf("kubelet", "envoy"), /--pod-bind|--service-names/);
    assert.match(argumentsOf("kubelet", "bare"), /--pod-bind \/tools\/pod-bind --service-names/);
    assert.match(argumentsOf("mesh", "bare"), /--istiod-service istio-system\/istiod:grpc-xds/);
    assert.deepEqual(
      partsOf("bare").flatMap(({ name, onDemand }) => (onDemand ? [name] : [])),
      ["mesh"],
    );
  });

  it("give the API server the address of etcd", () => {
    assert.ok(
      partNamed("kube-apiserver", "simulated")
        .command(contextOf("simulated"))
        .args.includes("--etcd-servers=http://127.0.0.1:1005"),
    );
  });

  it("keep all files below the sandbox's folder", () => {
    for (const path of Object.values(layoutOf("some/where"))) assert.ok(String(path).startsWith(resolve("some/where")));
  });
});
