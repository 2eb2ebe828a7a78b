import assert from "node:assert/strict";
import { VIRTUAL_SERVICES } from "../../../adapters/istio/rules";
import { CONTROLLER_LEASE, LEASE_LABELS } from "../../../adapters/kubernetes/lease";
import { DEPLOYMENTS } from "../../../adapters/kubernetes/paths";
import { permissionsOf, textOf, type Permission, type RoleManifest } from "../../deploy/manifests";
import { ControllerFixture } from "../support/controllerFixture";
import { ControllerProcess } from "../support/controllerProcess";
import { until } from "../support/releaseFixture";
import { endSandboxAfterwards } from "../support/sharedSandbox";
import { beginPromotion, endPromotion, SERVICE } from "./rightsScenario";
import { apply, forbidden, kubeconfigOf, metricsOf, namespacedRights, without } from "./rightsSupport";

type Missing = Pick<Permission, "verb" | "group" | "resource">;

interface Case {
  readonly missing: Missing;
  /** The HTTP method that is refused. */
  readonly method: string;
  readonly breaks: string;
  /** How often it has been refused when the harm is looked at. */
  readonly refusals: number;
  readonly assertHarm: (fixture: ControllerFixture, controller: ControllerProcess) => Promise<void>;
}

const ISTIO = "networking.istio.io";

const CASES: readonly Case[] = [
  {
    missing: { verb: "create", group: "", resource: "events" },
    method: "POST",
    breaks: "nobody is told by Events, but releases go on",
    refusals: 1,
    assertHarm: async (fixture, controller) => {
      await endPromotion(fixture, "release");
      assert.deepEqual(await fixture.events("release"), []);
      assert.match(await metricsOf(controller), /^serin_events_total\{outcome="refused"\} [1-9]/m);
    },
  },
  {
    missing: { verb: "update", group: "coordination.k8s.io", resource: "leases" },
    method: "PUT",
    breaks: "it never leads, and no release begins",
    refusals: 2,
    assertHarm: async (fixture, controller) => {
      assert.equal(controller.isLeading, false);
      assert.equal((await fixture.experiment("release")).status, undefined);
    },
  },
  {
    missing: { verb: "patch", group: ISTIO, resource: "virtualservices" },
    method: "PATCH",
    breaks: "no traffic is moved",
    refusals: 2,
    assertHarm: async (fixture) => {
      assert.deepEqual(await fixture.client.list(VIRTUAL_SERVICES, fixture.namespace), []);
      assert.equal((await fixture.experiment("release")).status?.serin?.verdict, undefined);
    },
  },
  {
    missing: { verb: "delete", group: "apps", resource: "deployments" },
    method: "DELETE",
    breaks: "a release with cleanup never ends, and the loser stays",
    refusals: 2,
    assertHarm: async (fixture) => {
      const { status } = await fixture.experiment("release");
      assert.deepEqual([status?.serin?.verdict, status?.serin?.stage], ["promoted", "ending"]);
      assert.ok(await fixture.find(DEPLOYMENTS, `${SERVICE}-v1`));
    },
  },
  {
    missing: { verb: "update", group: "iter8.tools", resource: "experiments/status" },
    method: "PUT",
    breaks: "nothing is recorded, so nothing is done",
    refusals: 2,
    assertHarm: async (fixture) => {
      assert.equal((await fixture.experiment("release")).status, undefined);
      assert.deepEqual(await fixture.client.list(VIRTUAL_SERVICES, fixture.namespace), []);
    },
  },
];

/** A controller of a namespace of its own that lacks one right, and a release for it to drive. */
async function startWithout(missing: Missing): Promise<[ControllerFixture, ControllerProcess]> {
  const fixture = await ControllerFixture.create("missing");
  const { namespace, sandbox, client } = fixture;
  const rights = namespacedRights(namespace).map((manifest) => {
    if (manifest.kind !== "Role") return manifest;
    const role = manifest as RoleManifest;
    const reduced = { ...role, rules: without(role.rules, missing) };
    const kept = permissionsOf(reduced).map(textOf);
    assert.deepEqual(
      permissionsOf(role)
        .map(textOf)
        .filter((text) => !kept.includes(text)),
      [textOf(missing)],
    );
    return reduced;
  });
  await apply(sandbox, rights);
  // As an earlier leader has left it: it exists for as long as the namespace does.
  const metadata = { name: CONTROLLER_LEASE, labels: LEASE_LABELS };
  await fixture.apply({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec: { holderIdentity: "" } });
  const kubeconfig = await kubeconfigOf(client, sandbox, namespace);
  const args = ["--kubeconfig", kubeconfig, "--namespace", namespace, "--lease-namespace", namespace];
  const controller = await ControllerProcess.start(sandbox, args);
  await beginPromotion(fixture, "release");
  return [fixture, controller];
}

/** How often requests were forbidden, by the controller's own count. */
async function refusalsOf(controller: ControllerProcess, method: string, resource: string): Promise<number> {
  const labels = `method="${method}",resource="${resource}",code="403"`;
  const line = (await metricsOf(controller)).split("\n").find((text) => text.includes(`{${labels}}`));
  return Number(line?.split(" ").at(-1) ?? 0);
}

describe("the controller without one of its rights", function () {
  this.timeout(120_000);
  const started = new Map<Missing, Promise<[ControllerFixture, ControllerProcess]>>();
  before(async () => {
    for (const { missing } of CASES) started.set(missing, startWithout(missing));
    await Promise.all(started.values());
  });
  after(async () => {
    const all = await Promise.allSettled(started.values());
    for (const one of all) if (one.status === "fulfilled") await one.value[1].kill();
  });
  endSandboxAfterwards();

  for (const { missing, method, breaks, refusals, assertHarm } of CASES) {
    it(`to ${textOf(missing)}: ${breaks}`, async () => {
      const [fixture, controller] = (await started.get(missing)) as [ControllerFixture, ControllerProcess];
      const { resource } = missing;
      await until(
        `${textOf(missing)} is forbidden`,
        async () => (await refusalsOf(controller, method, resource)) >= refusals,
      );
      await assertHarm(fixture, controller);
      const others = (await forbidden(controller)).filter((text) => !text.includes(resource.split("/")[0] ?? ""));
      assert.deepEqual(others, [], "nothing else is forbidden");
    });
  }
});
