import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  type V1Container,
  type V1Deployment,
  type V1Pod,
  type V1PodSpec,
} from "@kubernetes/client-node";
import { startPart, stopPart, type Sandbox } from "../../../../sandbox/cluster";
import { endSandboxAfterwards, sharedSandbox } from "../../support/sharedSandbox";
import { coldTimeoutMs, eventually, timeoutMs } from "../support";
import { KubeletProcess } from "./kubeletProcess";
import { conditionColumn, containerColumn, phaseColumn, PodHistory } from "./observedPod";

const namespace = "default";

/** A pod for the kubelet's node, with containers that run shell scripts. */
function podOf(name: string, spec: Partial<V1PodSpec> & { containers: V1Container[] }): V1Pod {
  return { metadata: { name, labels: { app: name } }, spec: { ...onKubelet, ...spec } };
}

const onKubelet = { nodeSelector: { "serin.dev/kubelet": "sandbox" } };

function shell(name: string, script: string, more: Partial<V1Container> = {}): V1Container {
  return { name, image: "registry.example.com/shell:1", args: ["-c", script], ...more };
}

/** Ends by itself at once when it is asked to. */
const idle = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

describe("kubelet", function () {
  this.timeout(timeoutMs);
  endSandboxAfterwards();
  const config = new KubeConfig();
  let sandbox: Sandbox;
  let core: CoreV1Api;
  let kubelet: KubeletProcess;
  let history: PodHistory;

  before(async function () {
    this.timeout(coldTimeoutMs);
    sandbox = await sharedSandbox();
    config.loadFromFile(sandbox.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    kubelet = new KubeletProcess(sandbox.kubeconfig);
    await kubelet.start("--crash-backoff", "500ms");
    history = new PodHistory(config, namespace);
  });
  after(async () => {
    history.stop();
    await kubelet.end();
    assert.deepEqual(kubelet.processes(), [], "no process outlives the kubelet");
  });

  const create = (pod: V1Pod) => core.createNamespacedPod({ namespace, body: pod });
  const read = (name: string) => core.readNamespacedPod({ namespace, name });
  const remove = (name: string) => core.deleteNamespacedPod({ namespace, name });
  const isReady = ({ status }: V1Pod) => status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
  const untilReady = (name: string) => eventually(`${name} is ready`, async () => isReady(await read(name)));
  const untilGone = (name: string) =>
    eventually(`${name} is gone`, async () =>
      read(name).then(
        () => false,
        ({ code }: { code?: number }) => code === 404,
      ),
    );

  it("has a node that is Ready, with a Lease that it renews", async () => {
    const node = await core.readNode({ name: "real" });
    assert.equal(node.status?.conditions?.find(({ type }) => type === "Ready")?.status, "True");
    assert.equal(node.metadata?.labels?.["serin.dev/kubelet"], "sandbox");
    assert.equal(node.status?.capacity?.["pods"], "110");
  });

  it("takes a pod through the statuses of the Kubernetes documentation, in their order", async () => {
    await core.createNamespacedSecret({ namespace, body: { metadata: { name: "keys" }, stringData: { key: "open" } } });
    const shared = [{ name: "shared", mountPath: "/shared" }];
    const secret = { name: "keys", mountPath: "/keys", readOnly: true };
    const crashesTwice = `
      echo run >> /shared/runs
      if [ $(wc -l < /shared/runs) -lt 3 ]; then echo "no luck" > /dev/termination-log; exit 3; fi
      (sleep 1; touch /shared/ready) &
      ${idle}`;
    await create(
      podOf("acceptance", {
        volumes: [
          { name: "shared", emptyDir: {} },
          { name: "keys", secret: { secretName: "keys" } },
        ],
        initContainers: [
          shell("init-1", "cp /keys/key /shared/key", { volumeMounts: [...shared, secret] }),
          shell("init-2", '[ "$(cat /shared/key)" = open ]', { volumeMounts: shared }),
        ],
        containers: [
          shell("main", crashesTwice, {
            volumeMounts: shared,
            readinessProbe: { exec: { command: ["test", "-e", "/shared/ready"] }, periodSeconds: 1 },
            lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 2; touch /shared/stopped"] } } },
          }),
        ],
        terminationGracePeriodSeconds: 10,
      }),
    );
    await untilReady("acceptance");
    const events = await core.listNamespacedEvent({ namespace, fieldSelector: "involvedObject.name=acceptance" });
    const asked = Date.now();
    await remove("acceptance");
    await untilGone("acceptance");
    assert.ok(Date.now() - asked >= 2000, "the hook is waited for");

    const columns = [
      phaseColumn,
      ...["init-1", "init-2", "main"].map(containerColumn),
      ...["PodReadyToStartContainers", "Initialized", "Ready"].map(conditionColumn),
    ];
    const wait = "PodInitializing";
    // Pod phase, container states, restart policy, init containers, termination: one line for each that the pages on the
    // pod's lifecycle, init containers and CrashLoopBackOff name.
    const expected = [
      // phase   | init-1            | init-2            | main                | sandbox | initialized | ready
      ["Pending", "-", "-", "-", "-", "-", "-"], // accepted
      ["Pending", "-", "-", "-", "-", "-", "-"], // scheduled
      ["Pending", wait, wait, wait, "False", "False", "False"], // the kubelet has it
      ["Pending", wait, wait, wait, "True", "False", "False"], // volumes and address
      ["Pending", "running", wait, wait, "True", "False", "False"], // init containers in turn
      ["Pending", "Completed:0 ready", wait, wait, "True", "False", "False"],
      ["Pending", "Completed:0 ready", "running", wait, "True", "False", "False"],
      ["Pending", "Completed:0 ready", "Completed:0 ready", wait, "True", "True", "False"],
      ["Running", "Completed:0 ready", "Completed:0 ready", "running", "True", "True", "False"],
      ["Running", "Completed:0 ready", "Completed:0 ready", "Error:3", "True", "True", "False"], // the first crash
      ["Running", "Completed:0 ready", "Completed:0 ready", "running #1", "True", "True", "False"], // at once
      ["Running", "Completed:0 ready", "Completed:0 ready", "Error:3 #1", "True", "True", "False"], // the second crash
      ["Running", "Completed:0 ready", "Completed:0 ready", "CrashLoopBackOff #1", "True", "True", "False"],
      ["Running", "Completed:0 ready", "Completed:0 ready", "running #2", "True", "True", "False"], // after the wait
      ["Running", "Completed:0 ready", "Completed:0 ready", "running #2 ready", "True", "True", "True"], // the probe
      ["Running", "Completed:0 ready", "Completed:0 ready", "running #2", "True", "True", "False"], // told to end
      ["Succeeded", "Completed:0 ready", "Completed:0 ready", "Completed:0 #2", "False", "True", "False"],
    ].map((row) => row.join(" | "));
    const distinct = expected.filter((row, index) => row !== expected[index - 1]);
    assert.deepEqual(history.table("acceptance", columns), distinct);

    const crashed = history.of("acceptance").filter(isReady).at(-1)?.status?.containerStatuses?.[0]
      ?.lastState?.terminated;
    assert.deepEqual([crashed?.exitCode, crashed?.message], [3, "no luck\n"]);
    const reasons = new Set(events.items.map(({ reason }) => reason));
    for (const reason of ["Created", "Started", "BackOff", "Unhealthy"]) assert.ok(reasons.has(reason), `no ${reason}`);
  });

  it("rolls a Deployment without fewer pods than it may have", async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: "rolling" };
    const template = (version: string) => ({
      metadata: { labels: { ...labels, version } },
      spec: {
        ...onKubelet,
        containers: [
          shell("web", `touch /tmp/up; ${idle}`, {
            env: [{ name: "VERSION", value: version }],
            readinessProbe: { exec: { command: ["test", "-e", "/tmp/up"] }, periodSeconds: 1 },
          }),
        ],
      },
    });
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    const spec = { replicas: 3, selector: { matchLabels: labels }, strategy, template: template("v1") };
    const deployment = { namespace, name: "rolling" };
    const created = await apps.createNamespacedDeployment({ namespace, body: { metadata: { name: "rolling" }, spec } });
    const available = async () => (await apps.readNamespacedDeployment(deployment)).status?.availableReplicas ?? 0;
    await eventually("three pods are available", async () => (await available()) === 3);

    await apps.replaceNamespacedDeployment({
      ...deployment,
      body: { metadata: { name: created.metadata?.name }, spec: { ...spec, template: template("v2") } },
    });
    let fewest = 3;
    const isRolled = ({ metadata, status, spec: wanted }: V1Deployment): boolean => {
      fewest = Math.min(fewest, status?.availableReplicas ?? 0);
      const isSeen = status?.observedGeneration === metadata?.generation;
      return isSeen && status?.updatedReplicas === wanted?.replicas && status?.replicas === wanted?.replicas;
    };
    await eventually("it has rolled", async () => isRolled(await apps.readNamespacedDeployment(deployment)));
    assert.equal(fewest, 3);
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: "app=rolling,version=v2" });
    assert.equal(items.filter(isReady).length, 3);
    assert.equal(new Set(items.map(({ status }) => status?.podIP)).size, 3, "each pod has an address of its own");
    await apps.deleteNamespacedDeployment(deployment);
    await eventually("its pods are gone", async () => {
      const { items: left } = await core.listNamespacedPod({ namespace, labelSelector: "app=rolling" });
      return left.length === 0;
    });
  });

  it("runs a Job that fails, and then succeeds", async () => {
    const batch = config.makeApiClient(BatchV1Api);
    const marks = join(kubelet.dir, "state", "mark");
    const script = `if [ -e /marks/mark ]; then exit 0; fi; touch /marks/mark; echo "not yet" >&2; exit 1`;
    const volumes = [{ name: "marks", hostPath: { path: join(kubelet.dir, "state"), type: "Directory" } }];
    const work = shell("work", script, { volumeMounts: [{ name: "marks", mountPath: "/marks" }] });
    const template = { spec: { ...onKubelet, restartPolicy: "Never", volumes, containers: [work] } };
    const body = { metadata: { name: "job" }, spec: { backoffLimit: 3, template } };
    await batch.createNamespacedJob({ namespace, body });
    await eventually("the job is complete", async () => {
      const { status } = await batch.readNamespacedJob({ namespace, name: "job" });
      return status?.succeeded === 1;
    });
    const { status } = await batch.readNamespacedJob({ namespace, name: "job" });
    assert.deepEqual([status?.failed, status?.succeeded], [1, 1]);
    assert.ok(existsSync(marks));
    await batch.deleteNamespacedJob({ namespace, name: "job", propagationPolicy: "Background" });
  });

  it("kills what does not end within its grace period", async () => {
    const stubborn = shell("main", "trap '' TERM; while :; do sleep 0.1; done");
    await create(podOf("stubborn", { containers: [stubborn], terminationGracePeriodSeconds: 3 }));
    await untilReady("stubborn");
    const asked = Date.now();
    await remove("stubborn");
    await untilGone("stubborn");
    const took = Date.now() - asked;
    assert.ok(took >= 3000 && took < 10_000, `it took ${took} ms`);
    const last = history.of("stubborn").at(-1)?.status;
    assert.deepEqual([last?.phase, last?.containerStatuses?.[0]?.state?.terminated?.exitCode], ["Failed", 137]);
  });

  it("says which image it does not know, and what it cannot do", async () => {
    await create(podOf("unknown", { containers: [{ name: "main", image: "nginx:1" }] }));
    await create(podOf("devices", { containers: [shell("main", idle)], shareProcessNamespace: true }));
    const waiting = async (name: string) => (await read(name)).status?.containerStatuses?.[0]?.state?.waiting;
    await eventually("the image is missed", async () => (await waiting("unknown"))?.reason === "ImagePullBackOff");
    await eventually("it is refused", async () => (await waiting("devices"))?.reason === "CreateContainerConfigError");
    assert.match((await waiting("unknown"))?.message ?? "", /nginx.*shell/s);
    assert.match((await waiting("devices"))?.message ?? "", /spec\.shareProcessNamespace/);
    await Promise.all(["unknown", "devices"].map(remove));
    await Promise.all(["unknown", "devices"].map(untilGone));
  });

  it("goes on while the API server is away, and then says what happened", async () => {
    const script = `while [ ! -e /tmp/x ]; do sleep 3; touch /tmp/x; done; exit 4`;
    await create(podOf("alone", { containers: [shell("main", script), shell("other", idle)], restartPolicy: "Never" }));
    await untilReady("alone");
    const before = kubelet.processes().length;
    await stopPart(sandbox.dir, "kube-apiserver");
    await new Promise((resolve) => setTimeout(resolve, 5000));
    assert.ok(kubelet.processes().length > 0 && kubelet.processes().length <= before, "they go on running");
    await startPart(sandbox.dir, "kube-apiserver");
    await eventually("the ending is told", async () => {
      const { status } = await read("alone");
      return status?.containerStatuses?.some(({ state }) => state?.terminated?.exitCode === 4) ?? false;
    });
    const { status } = await read("alone");
    const other = status?.containerStatuses?.find(({ name }) => name === "other");
    assert.deepEqual([other?.restartCount, other?.ready], [0, true]);
    await remove("alone");
    await untilGone("alone");
  });

  it("starts its pods anew after it was killed, and leaves no process of theirs", async () => {
    await create(podOf("survivor", { containers: [shell("main", `echo hello; ${idle}`)] }));
    await create(podOf("finished", { containers: [shell("main", "exit 0")], restartPolicy: "Never" }));
    await untilReady("survivor");
    await eventually("the other is done", async () => (await read("finished")).status?.phase === "Succeeded");
    const { status: before } = await read("survivor");
    await kubelet.kill("SIGKILL");
    await eventually("no process is left", () => kubelet.processes().length === 0);

    await kubelet.start("--crash-backoff", "500ms");
    await eventually("it was started anew", async () => {
      const pod = await read("survivor");
      return isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1;
    });
    const { status: after, metadata } = await read("survivor");
    assert.equal(after?.podIP, before?.podIP);
    const lost = after?.containerStatuses?.[0]?.lastState?.terminated;
    assert.deepEqual([lost?.exitCode, lost?.reason], [137, "ContainerStatusUnknown"]);
    assert.equal((await read("finished")).status?.phase, "Succeeded");
    const logs = join(kubelet.dir, "state", "logs", `default_survivor_${metadata?.uid}`);
    assert.match(readFileSync(join(logs, "main.log"), "utf8"), /hello\n[^]*hello\n/);
    await Promise.all(["survivor", "finished"].map(remove));
    await Promise.all(["survivor", "finished"].map(untilGone));
    assert.ok(!existsSync(logs), "logs go with their pod");
  });
});
