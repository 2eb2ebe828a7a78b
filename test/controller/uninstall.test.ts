import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Logger } from "pino";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { FINALIZER, type ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { DEPLOYMENTS } from "../../adapters/kubernetes/paths";
import type { ControllerOptions } from "../../controller/options";
import type { Term } from "../../controller/term";
import { letGoIfUninstalled } from "../../controller/uninstall";
import { worldOver } from "../../driver/realWorld";
import type { Wire } from "../support/fakeKubernetes";
import { deployment, NAMESPACE, servedLabels, versionLabels, virtualService, weightsOf } from "../support/objects";
import { House } from "./house";

const OWN = { ...deployment("serin", {}), metadata: { name: "serin", namespace: "iter8" } };

describe("a controller that is removed", () => {
  let house: House;
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (...said: unknown[]) => warnings.push(String(said.at(-1))) };

  beforeEach(async () => {
    house = new House();
    warnings.length = 0;
    house.add("running", "reviews-v1", "reviews-v2");
    await house.until(() => weightsOf(virtualService(house.cluster))["candidate"] === 20);
    house.add("queued", "reviews-v2", "reviews-v3");
    await house.pass(100);
    await house.clock.run(house.queue.stop());
  });
  afterEach(() => house.restore());

  async function leave(deployment: string | undefined = "serin", wire: Wire = {}): Promise<void> {
    const client = house.cluster.client(wire);
    const term = {
      get experiments() {
        return ["running", "queued"].flatMap((name) => house.record(name) ?? []);
      },
      world: () =>
        worldOver(client, {
          clock: house.clock.machine(),
          driver: "controller",
          mayWrite: () => undefined,
          observe: () => Promise.reject(new Error("nothing is observed")),
          history: async () => [],
          announce: async () => undefined,
        }),
    } as unknown as Term;
    const options = { deployment, systemNamespace: "iter8" } as ControllerOptions;
    await house.clock.run(letGoIfUninstalled(client, term, options, log as unknown as Logger));
  }

  const finalizersOf = (name: string) => house.record(name)?.metadata.finalizers ?? [];

  it("gives the traffic back to the baseline, and holds no experiment any more", async () => {
    await leave();
    deepStrictEqual(finalizersOf("running"), []);
    deepStrictEqual(servedLabels(house.cluster), versionLabels("v1"));
    strictEqual(house.stage("running"), "iterating", "one that is installed anew goes on with it");
  });

  it("does so while its Deployment is being deleted, and not when it is merely replaced", async () => {
    house.cluster.put(DEPLOYMENTS, OWN);
    await leave();
    deepStrictEqual(finalizersOf("running"), [FINALIZER]);
    strictEqual(weightsOf(virtualService(house.cluster))["candidate"], 20);
    house.cluster.edit<typeof OWN>(DEPLOYMENTS, "iter8", "serin", (one) => ({
      ...one,
      metadata: { ...one.metadata, finalizers: ["foregroundDeletion"] },
    }));
    await house.cluster.client().delete(DEPLOYMENTS, "iter8", "serin");
    await leave();
    deepStrictEqual(finalizersOf("running"), []);
  });

  it("does nothing when it does not know its Deployment, or cannot ask", async () => {
    await leave(undefined);
    const down = () => {
      throw new KubernetesError(503, "down");
    };
    const from = house.writes.length;
    await leave("serin", { before: down });
    deepStrictEqual(house.writes.slice(from), []);
    deepStrictEqual(warnings, ["down"]);
  });

  it("lets one that waits in the queue go without a touch on the route of the one before", async () => {
    const client = house.cluster.client();
    await client.merge({ apiVersion: "iter8.tools/v1alpha1", plural: "experiments" }, NAMESPACE, "queued", {
      metadata: { finalizers: [FINALIZER] },
    });
    house.edit("running", (one) => ({ ...one, metadata: { ...one.metadata, finalizers: [] } }));
    const from = house.writes.length;
    await leave();
    deepStrictEqual(finalizersOf("queued"), []);
    ok(!house.writes.slice(from).some((write) => /rules|virtualservices/.test(write)), house.writes.slice(from).join());
  });

  it("leaves a release to the `pulumi up` that drives it", async () => {
    house.edit("running", (one) => ({ ...one, spec: { ...one.spec, serin: { ...one.spec.serin, driver: "pulumi" } } }));
    await leave();
    deepStrictEqual(finalizersOf("running"), [FINALIZER]);
    strictEqual(weightsOf(virtualService(house.cluster))["candidate"], 20);
  });

  it("goes on with the others when one cannot be let go", async () => {
    house.edit("queued", (one: ExperimentResource) => ({
      ...one,
      metadata: { ...one.metadata, finalizers: [FINALIZER] },
    }));
    await leave("serin", {
      before: ({ kind }) => {
        if (kind === "virtualservices") throw new KubernetesError(500, "unwell");
      },
    });
    deepStrictEqual(warnings, ["unwell"]);
    deepStrictEqual(finalizersOf("queued"), []);
    deepStrictEqual(finalizersOf("running"), [FINALIZER]);
  });
});
