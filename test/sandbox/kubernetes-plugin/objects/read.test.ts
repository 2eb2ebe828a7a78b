import assert from "node:assert/strict";
import type { LiveObject } from "../../../../sandbox/kubernetes-plugin/cluster/object";
import { withIgnored } from "../../../../sandbox/kubernetes-plugin/objects/ignored";
import { manifestOf, outputsOf, previewOf } from "../../../../sandbox/kubernetes-plugin/objects/manifest";
import { imported, refreshed } from "../../../../sandbox/kubernetes-plugin/objects/read";
import { secret, UNKNOWN } from "../../../../sandbox/kubernetes-plugin/values/value";

const metadata = { name: "m", namespace: "default", uid: "1", resourceVersion: "2", managedFields: [] };
const target = { apiVersion: "v1", kind: "ConfigMap", patch: false };

function live(kind: string, rest: object): LiveObject {
  return { apiVersion: "v1", kind, metadata, ...rest } as unknown as LiveObject;
}

describe("inputs after a refresh", () => {
  it("have what the object has, where the program asked for something", () => {
    const inputs = { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "m" }, data: { a: "1", b: "2" } };
    const seen = refreshed(inputs, live("ConfigMap", { data: { a: "changed", other: "3" } }));
    assert.deepEqual(seen, { ...inputs, data: { a: "changed" } });
  });

  it("keep what Kubernetes leaves out, and numbers that it has as text", () => {
    const inputs = { kind: "Pod", apiVersion: "v1", spec: { hostNetwork: false, args: [], cpu: 1 } };
    assert.deepEqual(refreshed(inputs, live("Pod", { spec: { cpu: "1" } })), inputs);
  });

  it("keep secrets secret, and find `stringData` in `data`", () => {
    const inputs = { kind: "Secret", apiVersion: "v1", stringData: secret({ a: "x" }) };
    const data = { a: Buffer.from("other").toString("base64") };
    assert.deepEqual(refreshed(inputs, live("Secret", { data })), { ...inputs, stringData: secret({ a: "other" }) });
  });
});

describe("inputs of an imported object", () => {
  const header = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", namespace: "default" } };

  it("are what its managers applied", () => {
    const fieldsV1 = {
      "f:data": { "f:a": {} },
      "f:list": { 'k:{"name":"x"}': { ".": {}, "f:name": {}, "f:size": {} } },
    };
    const object = live("ConfigMap", {
      metadata: {
        ...metadata,
        managedFields: [
          { operation: "Apply", fieldsV1 },
          { operation: "Update", fieldsV1: { "f:data": { "f:b": {} } } },
        ],
      },
      data: { a: "1", b: "2" },
      list: [{ name: "x", size: 1, rest: 2 }, { name: "y" }],
    });
    assert.deepEqual(imported(object, target), { ...header, data: { a: "1" }, list: [{ name: "x", size: 1 }] });
  });

  it("are what `kubectl apply` noted", () => {
    const asked = JSON.stringify({ ...header, data: { a: "1" } });
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": asked };
    const object = live("ConfigMap", { metadata: { ...metadata, annotations }, data: { a: "1", b: "2" } });
    assert.deepEqual(imported(object, target), { ...header, data: { a: "1" } });
  });

  it("else are all of it but what the API server adds", () => {
    assert.deepEqual(imported(live("ConfigMap", { data: { a: "1" }, status: {} }), target), {
      ...header,
      data: { a: "1" },
    });
  });
});

describe("manifests", () => {
  it("have no status, no secrets marked, and no nulls", () => {
    const inputs = { metadata: { name: "m", labels: null }, data: secret({ a: "1" }), status: { phase: "x" } };
    assert.deepEqual(manifestOf(inputs, target), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "m" },
      data: { a: "1" },
    });
  });

  it("have a Secret's `stringData` as `data`", () => {
    const sent = manifestOf(
      { stringData: { a: "é" }, data: { a: "eA==", b: "eQ==" } },
      { apiVersion: "v1", kind: "Secret" },
    );
    assert.deepEqual(sent, {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: Buffer.from("é").toString("base64"), b: "eQ==" },
    });
  });

  it("have ignored fields as the object has them, or not at all", () => {
    const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data: { a: "1", b: "2", c: "3" } };
    const sent = withIgnored(manifest, live("ConfigMap", { data: { a: "theirs", c: "3" } }), [
      "data.a",
      "data.b",
      "metadata.name",
    ]);
    assert.deepEqual(sent, { ...manifest, data: { a: "theirs", c: "3" } });
  });
});

describe("outputs", () => {
  it("have a Secret's content as a secret, and no bookkeeping", () => {
    const outputs = outputsOf(live("Secret", { data: { a: "eA==" } }), {});
    assert.deepEqual(outputs["data"], secret({ a: "eA==" }));
    assert.equal("managedFields" in (outputs["metadata"] as object), false);
  });

  it("of what is not there yet are unknown where the API server decides", () => {
    const inputs = { apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec: { ports: [{ port: 80 }] } };
    const preview = previewOf(inputs, live("Service", { spec: { ...inputs.spec, clusterIP: "10.0.0.1" }, status: {} }));
    assert.deepEqual((preview["spec"] as { clusterIP?: string }).clusterIP, UNKNOWN);
    assert.deepEqual((preview["metadata"] as { uid?: string }).uid, UNKNOWN);
    assert.equal("status" in preview, false);
    assert.deepEqual((previewOf(inputs)["spec"] as { clusterIP?: string }).clusterIP, UNKNOWN);
  });
});
