import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DESTINATION_RULES, VIRTUAL_SERVICES } from "../../../adapters/istio/rules";
import { DEPLOYMENTS, type Collection, type KubernetesObject } from "../../../adapters/kubernetes/paths";
import { downSandbox, startPart, statusOf, stopPart, upSandbox, type Sandbox } from "../../../sandbox/cluster";
import { findMarked } from "../../../sandbox/cluster/processes";
import { entryLabel } from "../../../sandbox/dataplane/workloadEntries";
import { ControllerFixture } from "../support/controllerFixture";
import { until } from "../support/releaseFixture";
import { endSandboxAfterwards, sharedSandbox } from "../support/sharedSandbox";
import { deployment, destinationRule, to, virtualService } from "./istioObjects";
import { answeredIn, lostIn, rowsOf } from "./pages";

const WORKLOAD_ENTRIES: Collection = { apiVersion: "networking.istio.io/v1", plural: "workloadentries" };
const PODS: Collection = { apiVersion: "v1", plural: "pods" };

interface Entry extends KubernetesObject {
  readonly spec: { readonly address: string };
}
interface Pod extends KubernetesObject {
  readonly status?: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

describe("the parts of the sandbox with Envoy, stopped one by one", function () {
  this.timeout(120_000);
  endSandboxAfterwards();
  let sandbox: Sandbox;
  let fixture: ControllerFixture;

  before(async () => {
    sandbox = await sharedSandbox("envoy");
    fixture = await ControllerFixture.create("parts");
    await fixture.service("reviews", { "requests-per-second": "100" });
    for (const version of ["v1", "v2"]) await fixture.apply(deployment("reviews", version));
    await fixture.apply(destinationRule("reviews", "reviews", { one: "v1", two: "v2" }));
    await fixture.apply(virtualService({ name: "reviews" }, ["reviews"], [{ route: [to("reviews", "one")] }]));
    await fixture.untilReady("reviews-v1", "reviews-v2");
    await untilAnswered(100);
  });

  const silent = (): void => undefined;
  const lost = () => lostIn(sandbox, fixture.namespace);

  /** Waits until no process of a part is left: with the kubelet its pods end, with the mesh Envoy and vegeta. */
  async function untilEnded(part: string): Promise<void> {
    const left = () => findMarked(sandbox.dir).filter((one) => one.part === part);
    await until(`all processes of ${part} have ended`, () => Promise.resolve(left().length === 0), 5_000);
  }

  /** Waits until pods have answered that many more requests. */
  async function untilAnswered(more: number, timeoutMs = 20_000): Promise<void> {
    let first: number | undefined;
    await until(
      `${more} more requests are answered`,
      async () => {
        const now = await answeredIn(sandbox, fixture.namespace);
        return now - (first ??= now) >= more;
      },
      timeoutMs,
    );
  }

  async function answeredBy(workload: string): Promise<number> {
    const rows = await rowsOf(sandbox, "/requests", fixture.namespace);
    return rows.find((row) => row.workload === workload)?.requests ?? 0;
  }

  /** Sends all requests to a subset, and waits until its workload answers. */
  async function sendTo(subset: string, workload: string): Promise<void> {
    const http = [{ route: [to("reviews", subset)] }];
    await fixture.client.merge(VIRTUAL_SERVICES, fixture.namespace, "reviews", { spec: { http } });
    const before = await answeredBy(workload);
    await until(`${workload} answers`, async () => (await answeredBy(workload)) > before + 20, 10_000);
  }

  /** Waits until the addresses that requests are sent to are those of the pods that are Ready, and no others. */
  async function untilEntriesFit(timeoutMs = 20_000): Promise<void> {
    await until(
      "the WorkloadEntries are those of the Ready pods",
      async () => {
        const [entries, pods] = await Promise.all([
          fixture.client.list<Entry>(WORKLOAD_ENTRIES, fixture.namespace),
          fixture.client.list<Pod>(PODS, fixture.namespace),
        ]);
        const ready = pods.filter(({ status }) =>
          status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"),
        );
        const wanted = ready.map(({ status }) => String(status?.podIP)).sort();
        const there = entries.map(({ spec }) => spec.address).sort();
        return wanted.length > 0 && JSON.stringify(there) === JSON.stringify(wanted);
      },
      timeoutMs,
    );
  }

  /** What a mesh that was killed may have registered for a pod that nobody knows any more. */
  async function registerNobody(name: string): Promise<void> {
    const labels = { app: "reviews", version: "v1" };
    await fixture.apply({
      apiVersion: "networking.istio.io/v1",
      kind: "WorkloadEntry",
      metadata: { name: name.toLowerCase(), labels: { ...labels, [entryLabel]: "sandbox" } },
      spec: { address: "127.250.0.9", labels },
    });
  }

  const healths = async () =>
    Object.fromEntries((await statusOf(sandbox.dir)).parts.map(({ name, health }) => [name, health]));

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`loses no request while istiod is away after a ${signal}, and routes anew once it is back`, async () => {
      const before = await lost();
      await stopPart(sandbox.dir, "istiod", signal);
      await untilAnswered(150);
      const { istiod, mesh } = await healths();
      assert.deepEqual({ istiod, mesh }, { istiod: "stopped", mesh: "healthy" });
      await startPart(sandbox.dir, "istiod");
      const [subset, workload] = signal === "SIGTERM" ? ["two", "reviews-v2"] : ["one", "reviews-v1"];
      await sendTo(subset, workload);
      assert.deepEqual(await lost(), before);
    });
  }

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`has its pods again when the kubelet is back after a ${signal}`, async () => {
      await stopPart(sandbox.dir, "kubelet", signal);
      await untilEnded("kubelet");
      await startPart(sandbox.dir, "kubelet");
      await fixture.untilReady("reviews-v1", "reviews-v2");
      await untilAnswered(100);
      await untilEntriesFit();
    });
  }

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`sends requests again, to no pod that is gone, when the mesh is back after a ${signal}`, async () => {
      await stopPart(sandbox.dir, "mesh", signal);
      await untilEnded("mesh");
      await registerNobody(signal);
      const [gone] = (await fixture.client.list<Pod>(PODS, fixture.namespace)).slice(-1);
      await fixture.client.delete(PODS, fixture.namespace, gone?.metadata.name ?? "");
      await until("the pod is replaced", async () => {
        const names = (await fixture.client.list<Pod>(PODS, fixture.namespace)).map(({ metadata }) => metadata.name);
        return names.length === 2 && !names.includes(gone?.metadata.name ?? "");
      });
      await fixture.untilReady("reviews-v1", "reviews-v2");
      await startPart(sandbox.dir, "mesh");
      await untilEntriesFit();
      await untilAnswered(100);
    });
  }

  it("has everything again after down and up", async () => {
    await downSandbox(sandbox.dir);
    assert.deepEqual(findMarked(sandbox.dir), []);
    sandbox = await upSandbox({ dir: sandbox.dir, report: silent, ownerPid: process.pid });
    assert.deepEqual(
      Object.values(await healths()).filter((health) => health !== "healthy"),
      [],
    );
    await fixture.untilReady("reviews-v1", "reviews-v2");
    await untilAnswered(100);
    await untilEntriesFit();
    await sendTo("two", "reviews-v2");
    await fixture.client.get(DESTINATION_RULES, fixture.namespace, "reviews");
    await fixture.client.get(DEPLOYMENTS, fixture.namespace, "reviews-v1");
  });

  it("leaves no process and no file when it is purged", async () => {
    await downSandbox(sandbox.dir, { purge: true });
    assert.deepEqual(findMarked(sandbox.dir), []);
    assert.ok(!existsSync(sandbox.dir));
  });
});
