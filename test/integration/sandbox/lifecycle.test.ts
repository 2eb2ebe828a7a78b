import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { AppsV1Api, CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import axios from "axios";
import { downSandbox, type Sandbox, startPart, statusOf, stopPart, upSandbox } from "../../../sandbox/cluster";
import { coldTimeoutMs, eventually, pids, ports, processesOf, temporaryDir, timeoutMs } from "./support";

const widgets = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  names: { kind: Widget, plural: widgets, singular: widget }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
---
apiVersion: example.com/v1
kind: Widget
metadata: { name: one, namespace: default }
`;

const addresses = ({ dir, kubeconfig, apiServerUrl, prometheusUrl, meshUrl }: Sandbox): string[] => [
  dir,
  kubeconfig,
  apiServerUrl,
  prometheusUrl,
  meshUrl,
];

describe("sandbox", function () {
  this.timeout(timeoutMs);
  const dir = temporaryDir();
  const config = new KubeConfig();
  let sandbox: Sandbox;
  const up = (): Promise<Sandbox> =>
    upSandbox({ dir, report: () => undefined, ownerPid: process.pid, manifests: [widgets] });
  const query = async (promql: string): Promise<unknown[]> => {
    const { data } = await axios.get(`${sandbox.prometheusUrl}/api/v1/query`, { params: { query: promql } });
    return data.data.result;
  };

  before(async function () {
    this.timeout(coldTimeoutMs);
    sandbox = await up();
    config.loadFromFile(sandbox.kubeconfig);
  });
  after(() => downSandbox(dir, { purge: true }));

  it("is healthy once it is up", async () => {
    const status = await statusOf(dir);
    assert.ok(status.healthy, JSON.stringify(status));
    assert.equal(status.ownerPid, process.pid);
  });

  it("runs the pods of a Deployment on two nodes", async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: "hello" };
    const spec = {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "hello", image: "hello" }] } },
    };
    await apps.createNamespacedDeployment({ namespace: "default", body: { metadata: { name: "hello" }, spec } });
    await eventually("two pods available", async () => {
      const { status } = await apps.readNamespacedDeployment({ namespace: "default", name: "hello" });
      return status?.availableReplicas === 2;
    });
    const { items } = await config.makeApiClient(CoreV1Api).listNode();
    assert.equal(items.length, 2);
  });

  it("knows Istio's types, and those it was given", async () => {
    const objects = config.makeApiClient(CustomObjectsApi);
    const version = "v1";
    for (const [group, plural] of [
      ["networking.istio.io", "virtualservices"],
      ["networking.istio.io", "destinationrules"],
    ] as const) {
      const list = await objects.listNamespacedCustomObject({ group, version, namespace: "default", plural });
      assert.deepEqual(list.items, []);
    }
    const widget = { group: "example.com", version, namespace: "default", plural: "widgets", name: "one" };
    assert.ok(await objects.getNamespacedCustomObject(widget));
  });

  it("lets nobody in without a token", async () => {
    const insecure = new KubeConfig();
    insecure.loadFromClusterAndUser({ name: "c", server: sandbox.apiServerUrl, skipTLSVerify: true }, { name: "u" });
    await assert.rejects(insecure.makeApiClient(CoreV1Api).listNode(), /403/);
  });

  it("scrapes the mesh", async () => {
    await eventually("the mesh is scraped", async () => (await query('up{job="mesh"} == 1')).length === 1);
  });

  it("is left as it is by another up", async () => {
    const before = await pids(dir);
    const again = await up();
    assert.deepEqual(await pids(dir), before);
    assert.deepEqual(addresses(again), addresses(sandbox));
  });

  it("lets two ups at once take turns", async () => {
    const before = await pids(dir);
    await Promise.all([up(), up()]);
    assert.deepEqual(await pids(dir), before);
  });

  for (const part of ["prometheus", "mesh"] as const) {
    it(`stops ${part} alone and brings it back at its port`, async () => {
      const before = { pids: await pids(dir), ports: await ports(dir) };
      await stopPart(dir, part);
      const stopped = await statusOf(dir);
      assert.deepEqual(
        stopped.parts.filter(({ health }) => health !== "healthy").map(({ name, health }) => [name, health]),
        [[part, "stopped"]],
      );
      await startPart(dir, part);
      assert.ok((await statusOf(dir)).healthy);
      assert.deepEqual(await ports(dir), before.ports);
      const after = await pids(dir);
      assert.notEqual(after[part], before.pids[part]);
      assert.deepEqual({ ...after, [part]: 0 }, { ...before.pids, [part]: 0 });
    });
  }

  it("finds everything as it was after down and up", async () => {
    await downSandbox(dir);
    assert.deepEqual(processesOf(dir), []);
    assert.equal((await statusOf(dir)).healthy, false);
    const before = sandbox;
    sandbox = await up();
    assert.deepEqual(addresses(sandbox), addresses(before));
    const apps = config.makeApiClient(AppsV1Api);
    await apps.readNamespacedDeployment({ namespace: "default", name: "hello" });
  });

  it("leaves no process and no file when purged", async () => {
    await downSandbox(dir, { purge: true });
    assert.deepEqual(processesOf(dir), []);
    assert.ok(!existsSync(dir));
  });
});
