import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { VIRTUAL_SERVICES } from "../../../adapters/istio/rules";
import { KubernetesClient } from "../../../adapters/kubernetes/client";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import { type BareSandbox, downSandbox, sampleApplication, startPart, upSandbox } from "../../../sandbox/cluster";
import { applyManifests } from "../../../sandbox/cluster/apply";
import { Installed } from "../../../sandbox/platform/cluster";
import { reviewsService } from "../../../sandbox/demo/bookinfo";
import { platformSettings } from "../../../sandbox/platform/settings";
import { platformProgram, type PulumiResult, PulumiStack } from "../../../sandbox/pulumi/pulumiStack";
import { openSockets, staysOnMachine } from "../envoy/sockets";
import { coldTimeoutMs, eventually, temporaryDir } from "../sandbox/support";
import { endlessExperiment, reviewsWithCandidate, sharesOf } from "./inFlight";

const noChanges = ["--expect-no-changes"];

function assertDone({ code, stdout, stderr }: PulumiResult): void {
  assert.equal(code, 0, `${stdout}${stderr}`);
}

/** What a preview would do to which resources. */
interface Step {
  readonly op: string;
  readonly urn: string;
}

// Without Tekton, which is a minute more, and which the demo installs.
describe("the platform's stack, on a cluster that runs what it installs", function () {
  this.timeout(5 * 60_000);
  const dir = temporaryDir();
  let sandbox: BareSandbox;
  let platform: PulumiStack;
  let release: PulumiStack;
  let client: KubernetesClient;

  before(async function () {
    this.timeout(coldTimeoutMs);
    const images = [sampleApplication("reviews")];
    const report = (): void => undefined;
    sandbox = await upSandbox({ dir, report, dataPlane: "bare", images, ownerPid: process.pid });
    client = await KubernetesClient.connect(sandbox.kubeconfig);
    platform = await PulumiStack.create(sandbox, "platform", { program: platformProgram });
    const settings = Object.entries(await platformSettings(sandbox)).filter(([key]) => !key.startsWith("tekton."));
    await platform.configure({ ...Object.fromEntries(settings), "tekton.mode": "omit" });
  });
  after(() => downSandbox(dir, { purge: true }));

  /** What differs, by the preview's own account. */
  async function changes(): Promise<string[]> {
    const { code, stdout, stderr } = await platform.preview({ args: ["--json"] });
    assert.equal(code, 0, stderr);
    const { steps } = JSON.parse(stdout) as { readonly steps: readonly Step[] };
    const changed = steps.filter(({ op, urn }) => op !== "same" && !urn.includes("pulumi:pulumi:Stack"));
    return changed.map(({ op, urn }) => `${op} ${urn.split("::").slice(2).join(" ").replace(/^.*\$/, "")}`).sort();
  }

  it("says what the release stack lacks while there is nothing", async () => {
    release = await PulumiStack.create(sandbox, "reviews");
    await release.configure({
      platform: "organization/serin-platform/platform",
      restricted: "true",
      image: "reviews:v1",
    });
    const { code, stdout } = await release.preview();
    assert.notEqual(code, 0);
    assert.match(
      stdout,
      /stack 'organization\/serin-platform\/platform'.* has no output 'prometheusExternalUrl': install/,
    );
  });

  it("is installed by one `pulumi up`, and every workload gets available", async () => {
    assertDone(await platform.up());
    const workloads = await new Installed(sandbox.kubeconfig).workloads();
    assert.deepEqual(workloads.map(({ namespace, name, available }) => `${namespace}/${name} ${available}`).sort(), [
      "istio-system/istiod 1",
      "istio-system/prometheus 1",
      "iter8/iter8-analytics 2",
      "iter8/serin-controller 2",
    ]);
  });

  it("is not changed by the next `pulumi up` and `pulumi preview`", async () => {
    assertDone(await platform.up({ args: noChanges }));
    assertDone(await platform.preview({ args: noChanges }));
  });

  it("carries releases, which find it by the outputs of its stack, with the metrics of its own Prometheus", async () => {
    await startPart(dir, "mesh");
    await applyManifests(sandbox.kubeconfig, [reviewsService]);
    for (const version of ["v1", "v2"]) {
      await release.configure({ image: `reviews:${version}` });
      assertDone(await release.up());
    }
    const { verdict, iterations } = await release.outputs();
    assert.equal(verdict, "promoted");
    assert.ok(Number(iterations) > 0, "nothing was assessed");
  });

  it("listens on this machine alone", () => {
    const strangers = openSockets(dir).filter((socket) => !staysOnMachine(socket));
    assert.deepEqual(strangers, []);
  });

  it("goes to another version of the controller by a change of what has the version, and nothing else", async () => {
    await platform.configure({ "controller.image": "serin:0.1.1" });
    assert.deepEqual(await changes(), [
      "update kubernetes:apps/v1:Deployment canary-analytics",
      "update kubernetes:apps/v1:Deployment canary-controller",
    ]);
    assertDone(await platform.up());
    assert.equal((await platform.outputs())["controllerVersion"], "0.1.1");
  });

  it("loses a part as a whole", async () => {
    await platform.configure({ "controller.analytics": "false" });
    assert.deepEqual(await changes(), [
      "delete kubernetes:apps/v1:Deployment canary-analytics",
      "delete kubernetes:core/v1:Service canary-analytics",
      "delete kubernetes:core/v1:ServiceAccount canary-analytics",
      "delete kubernetes:networking.k8s.io/v1:NetworkPolicy canary-analytics",
      "delete kubernetes:policy/v1:PodDisruptionBudget canary-analytics",
    ]);
    assertDone(await platform.up());
  });

  it("is removed whole in the midst of a release, whose traffic goes back to the baseline first", async () => {
    const { stableVersion } = await release.outputs();
    await applyManifests(sandbox.kubeconfig, [reviewsWithCandidate, endlessExperiment(String(stableVersion))]);
    const [route] = await client.list(VIRTUAL_SERVICES, "bookinfo");
    const name = route?.metadata.name ?? "";
    await eventually("the candidate gets traffic", async () =>
      Object.values((await sharesOf(client, name)) ?? {}).includes(20),
    );
    const seen: (Record<string, number> | undefined)[] = [];
    const watching = new AbortController();
    const watch = (async () => {
      while (!watching.signal.aborted) {
        seen.push(await sharesOf(client, name));
        await sleep(50);
      }
    })();
    assertDone(await platform.destroy());
    watching.abort();
    await watch;
    const last = seen.filter((shares) => shares !== undefined).at(-1);
    assert.ok(Object.values(last ?? {}).includes(100), JSON.stringify(last));
    assert.deepEqual(await new Installed(sandbox.kubeconfig).namespaces(), []);
    await assert.rejects(client.list(EXPERIMENTS, undefined));
  });
});
