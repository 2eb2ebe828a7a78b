import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Deployment } from "../../../adapters/kubernetes/deployments";
import { KubernetesClient } from "../../../adapters/kubernetes/client";
import { DEPLOYMENTS } from "../../../adapters/kubernetes/paths";
import { manifestsOf, permissionsOf, rolesOf } from "../../deploy/manifests";
import { ControllerFixture } from "../support/controllerFixture";
import { ControllerProcess } from "../support/controllerProcess";
import { until } from "../support/releaseFixture";
import { endSandboxAfterwards, sharedSandbox } from "../support/sharedSandbox";
import { RecordingProxy } from "./recordingProxy";
import {
  assertLetGo,
  beginPromotion,
  endPromotion,
  pauseAndDelete,
  promoteAndRollBack,
  takeOver,
} from "./rightsScenario";
import { apply, compare, CONTROLLER, forbidden, namespacedRights, NO_DIFFERENCE, tokenOf } from "./rightsSupport";

/** A receiver of notifications. */
async function receiver(): Promise<{ readonly server: Server; readonly url: string; readonly received: () => number }> {
  let received = 0;
  const server = createServer((request, response) => {
    received += 1;
    request.resume();
    response.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received: () => received };
}

function notifiers(namespace: string, url: string): object {
  const channel = JSON.stringify({ notifier: "webhook", url, level: "verbose" });
  const metadata = { name: "iter8config-notifiers", namespace };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { tests: channel } };
}

describe("the controller with the rights of deploy/ and no others", function () {
  this.timeout(120_000);
  const started: { stop: () => unknown }[] = [];
  after(() => Promise.all(started.map((one) => one.stop())));
  endSandboxAfterwards();

  /** A controller that comes through a proxy, as its ServiceAccount in a namespace. */
  async function start(namespace: string, ...args: string[]) {
    const sandbox = await sharedSandbox();
    const client = await KubernetesClient.connect(sandbox.kubeconfig);
    const proxy = await RecordingProxy.start(sandbox.kubeconfig);
    const kubeconfig = proxy.kubeconfig(join(sandbox.dir, `${namespace}.proxied`), await tokenOf(client, namespace));
    const all = ["--kubeconfig", kubeconfig, "--lease-namespace", namespace, ...args];
    const controller = await ControllerProcess.start(sandbox, all, { DEPLOYMENT_NAME: CONTROLLER });
    started.push({ stop: () => controller.kill() }, proxy);
    return { controller, proxy };
  }

  it("does all that it is for in a whole cluster, is forbidden nothing, and needs every one of them", async () => {
    const sandbox = await sharedSandbox();
    const files = ["cluster/namespace.yaml", "cluster/rbac.yaml", "base/controller.yaml", "base/analytics.yaml"];
    const { server, url, received } = await receiver();
    started.push({ stop: () => server.close() });
    await apply(sandbox, [
      ...[...files, "base/networkPolicy.yaml"].flatMap((file) => manifestsOf(file)),
      notifiers("iter8", url),
    ]);
    const { controller, proxy } = await start("iter8");
    const fixtures = ["judged", "own-route", "orphan"].map((name) => ControllerFixture.create(name));
    const [judged, ownRoute, orphan] = (await Promise.all(fixtures)) as [
      ControllerFixture,
      ControllerFixture,
      ControllerFixture,
    ];
    await Promise.all([promoteAndRollBack(judged), pauseAndDelete(ownRoute), takeOver(orphan)]);

    await until("an Event tells of the end", async () => {
      return (await judged.events("second")).some(({ reason }) => reason === "ExperimentFailed");
    });
    await until("a notification arrives", async () => received() > 0);
    for (const name of [CONTROLLER, "iter8-analytics"]) {
      // Its pods were admitted, in a namespace that enforces Pod Security's level `restricted`.
      const deployment = await orphan.client.get<Deployment>(DEPLOYMENTS, "iter8", name);
      assert.equal(deployment.status?.replicas, 2, name);
    }
    const counted = await forbidden(controller);
    await orphan.client.delete(DEPLOYMENTS, "iter8", CONTROLLER);
    assert.equal(await controller.end(), 0);
    await assertLetGo(orphan);

    const permissions = rolesOf("cluster/rbac.yaml").flatMap(permissionsOf);
    assert.deepEqual(compare(permissions, proxy.uses), NO_DIFFERENCE);
    assert.deepEqual(counted, []);
  });

  it("does all that it is for in one namespace, is forbidden nothing, and needs every one of them", async () => {
    const fixture = await ControllerFixture.create("single");
    const { namespace, sandbox } = fixture;
    const rights = namespacedRights(namespace);
    await apply(sandbox, rights);
    const { controller, proxy } = await start(namespace, "--namespace", namespace);
    await beginPromotion(fixture, "only");
    await endPromotion(fixture, "only");
    await until("there is an Event", async () => (await fixture.events("only")).length > 0);
    const counted = await forbidden(controller);
    assert.equal(await controller.end(), 0);

    const [role] = rolesOf("namespaced/rbac.yaml");
    assert.ok(role);
    const permissions = permissionsOf({ ...role, metadata: { ...role.metadata, namespace } });
    assert.deepEqual(compare(permissions, proxy.uses), NO_DIFFERENCE);
    assert.deepEqual(counted, []);
  });
});
