import assert from "node:assert/strict";

import type { V1Container, V1EnvFromSource, V1EnvVar, V1Pod } from "@kubernetes/client-node";

import { expand, resolveEnvironment, type ObjectApi } from "../../../../sandbox/kubelet/environment";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const api: ObjectApi = {
  getConfigMap: async (_, name) => (name === "settings" ? { data: { COLOUR: "red", "a.b": "dot" } } : undefined),
  getSecret: async (_, name) => (name === "login" ? { data: { user: base64("eve") } } : undefined),
};
const pod: V1Pod = {
  metadata: { name: "web-1", namespace: "shop", uid: "u1", labels: { app: "web" }, annotations: { "x/y": "z" } },
  spec: { serviceAccountName: "robot", containers: [] },
};

const facts = { podIP: "127.1.0.5", hostIP: "127.0.0.1", nodeName: "here" };

function resolve(env: V1EnvVar[], envFrom: V1EnvFromSource[] = [], more: Partial<V1Container> = {}) {
  const container = { name: "main", env, envFrom, ...more };
  return resolveEnvironment({ pod, container, api, facts, base: { HOST: "h" } });
}

describe("references in a text", () => {
  const cases = [
    ["$(A)-$(B)", "1-2"],
    ["$$(A) $$ $A", "$(A) $ $A"],
    ["$(NONE) $(A", "$(NONE) $(A"],
    ["$$$(A)", "$1"],
  ] as const;
  for (const [text, expected] of cases) {
    it(text, () => assert.equal(expand(text, { A: "1", B: "2" }), expected));
  }
});

describe("a container's variables", () => {
  it("come in order, refer to the earlier ones, and stay above what whole objects bring", async () => {
    const env = [
      { name: "URL", value: "http://$(HOST)/$(p_COLOUR)$(LATER)" },
      { name: "LATER", value: "x" },
      { name: "p_a.b", value: "own" },
    ];
    const found = await resolve(env, [
      { prefix: "p_", configMapRef: { name: "settings" } },
      { secretRef: { name: "login" } },
    ]);
    const url = "http://h/red$(LATER)";
    assert.deepEqual(found, { HOST: "h", user: "eve", p_COLOUR: "red", "p_a.b": "own", URL: url, LATER: "x" });
  });

  const fields = {
    "metadata.name": "web-1",
    "metadata.namespace": "shop",
    "metadata.uid": "u1",
    "metadata.labels['app']": "web",
    "metadata.annotations['x/y']": "z",
    "spec.nodeName": "here",
    "spec.serviceAccountName": "robot",
    "status.podIP": "127.1.0.5",
    "status.hostIP": "127.0.0.1",
  };
  for (const [fieldPath, expected] of Object.entries(fields)) {
    it(`show ${fieldPath}`, async () => {
      assert.equal((await resolve([{ name: "X", valueFrom: { fieldRef: { fieldPath } } }]))["X"], expected);
    });
  }

  const resources = { limits: { cpu: "1500m", memory: "64Mi" }, requests: { cpu: "100m" } };
  const amounts = [
    ["limits.cpu", undefined, "2"],
    ["limits.cpu", "1m", "1500"],
    ["requests.cpu", "1m", "100"],
    ["limits.memory", undefined, String(64 * 1024 * 1024)],
    ["limits.memory", "1Mi", "64"],
    ["requests.memory", "1Mi", "0"],
  ] as const;
  for (const [resource, divisor, expected] of amounts) {
    it(`show ${resource} in units of ${divisor ?? "1"}`, async () => {
      const env = [{ name: "X", valueFrom: { resourceFieldRef: { resource, divisor } } }];
      assert.equal((await resolve(env, [], { resources }))["X"], expected);
    });
  }

  it("do without what is optional", async () => {
    const optional = { name: "gone", key: "k", optional: true };
    const found = await resolve(
      [
        { name: "A", valueFrom: { configMapKeyRef: optional } },
        { name: "B", valueFrom: { secretKeyRef: { name: "login", key: "gone", optional: true } } },
      ],
      [{ configMapRef: { name: "gone", optional: true } }],
    );
    assert.deepEqual(found, { HOST: "h" });
  });

  const faults: [string, V1EnvVar["valueFrom"], string][] = [
    ["ConfigMap", { configMapKeyRef: { name: "gone", key: "k" } }, 'configmap "gone" not found'],
    ["Secret", { secretKeyRef: { name: "gone", key: "k" } }, 'secret "gone" not found'],
    ["key", { configMapKeyRef: { name: "settings", key: "k" } }, "couldn't find key k in ConfigMap shop/settings"],
    ["secret key", { secretKeyRef: { name: "login", key: "k" } }, "couldn't find key k in Secret shop/login"],
    ["field", { fieldRef: { fieldPath: "spec.x" } }, "unsupported fieldPath: spec.x"],
  ];
  for (const [what, valueFrom, message] of faults) {
    it(`say which ${what} is not there`, async () => {
      await assert.rejects(resolve([{ name: "X", valueFrom }]), new Error(message));
    });
  }
});
