import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api, BatchV1Api, CoordinationV1Api, type V1Deployment } from "@kubernetes/client-node";
import { startPart, stopPart } from "../../../../sandbox/cluster";
import { eventually, timeoutMs } from "../support";
import { nodeName } from "./kubeletProcess";
import { conditionColumn, containerColumn, phaseColumn } from "./observedPod";
import { idle, isReady, namespace, onKubelet, RealNode, shell } from "./realNode";

describe("kubelet", function () {
  this.timeout(timeoutMs);
  const node = new RealNode();

  it("has a node that is Ready, with a Lease that it renews", async () => {
    const { status, metadata } = await node.core.readNode({ name: nodeName });
    assert.equal(status?.conditions?.find(({ type }) => type === "Ready")?.status, "True");
    assert.equal(metadata?.labels?.["serin.dev/kubelet"], "sandbox");
    assert.equal(status?.capacity?.["pods"], "110");
    const leases = node.config.makeApiClient(CoordinationV1Api);
    const renewed = async (): Promise<string> => {
      const { spec } = await leases.readNamespacedLease({ namespace: "kube-node-lease", name: nodeName });
      return String(spec?.renewTime);
    };
    const before = await renewed();
    await eventually("the lease is renewed", async () => (await renewed()) !== before);
  });

  it("takes a pod through the statuses of the Kubernetes documentation, in their order", async () => {
    await node.core.createNamespacedSecret({
      namespace,
      body: { metadata: { name: "keys" }, stringData: { key: "open" } },
    });
    const shared = [{ name: "shared", mountPath: "/shared" }];
    const secret = { name: "keys", mountPath: "/keys", readOnly: true };
    const crashesTwice = `
      echo run >> /shared/runs
      if [ $(wc -l < /shared/runs) -lt 3 ]; then echo "no luck" > /dev/termination-log; exit 3; fi
      (sleep 1; touch /shared/ready) &
      trap '[ -e /shared/stopped ] && echo "after the hook" >/dev/termination-log; exit 0' TERM
      sleep 1000000 & wait`;
    await node.create("acceptance", {
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
    });
    await node.untilReady("acceptance");
    const asked = Date.now();
    await node.remove("acceptance");
    assert.ok(Date.now() - asked >= 2000, "the hook is waited for");

    const columns = [
      phaseColumn,
      ...["init-1", "init-2", "main"].map(containerColumn),
      ...["PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready"].map(conditionColumn),
    ];
    const wait = "PodInitializing";
    // Pod phase, container states, restart policy, init containers, termination: one line for each that the pages on the
    // pod's lifecycle, init containers and CrashLoopBackOff name.
    const done = "Completed:0 ready";
    const expected = [
      // phase   | init-1            | init-2            | main                | sandbox | initialized | containers | ready
      ["Pending", "-", "-", "-", "-", "-", "-", "-"], // accepted
      ["Pending", "-", "-", "-", "-", "-", "-", "-"], // scheduled
      ["Pending", wait, wait, wait, "False", "False", "False", "False"], // the kubelet has it
      ["Pending", wait, wait, wait, "True", "False", "False", "False"], // volumes and address
      ["Pending", "running", wait, wait, "True", "False", "False", "False"], // init containers in turn
      ["Pending", done, wait, wait, "True", "False", "False", "False"],
      ["Pending", done, "running", wait, "True", "False", "False", "False"],
      ["Pending", done, done, wait, "True", "True", "False", "False"],
      ["Running", done, done, "running", "True", "True", "False", "False"],
      ["Running", done, done, "Error:3", "True", "True", "False", "False"], // the first crash
      ["Running", done, done, "running #1", "True", "True", "False", "False"], // at once
      ["Running", done, done, "Error:3 #1", "True", "True", "False", "False"], // the second crash
      ["Running", done, done, "CrashLoopBackOff #1", "True", "True", "False", "False"],
      ["Running", done, done, "running #2", "True", "True", "False", "False"], // after the wait
      ["Running", done, done, "running #2 ready", "True", "True", "True", "True"], // the probe
      ["Running", done, done, "running #2", "True", "True", "False", "False"], // told to end
      ["Succeeded", done, done, "Completed:0 #2", "False", "True", "False", "False"],
    ].map((row) => row.join(" | "));
    const distinct = expected.filter((row, index) => row !== expected[index - 1]);
    assert.deepEqual(node.history.table("acceptance", columns), distinct);

    const ofMain = node.history.of("acceptance").map(({ status }) => status?.containerStatuses?.[0]);
    const backingOff = ofMain.find((one) => one?.state?.waiting?.reason === "CrashLoopBackOff");
    assert.match(
      backingOff?.state?.waiting?.message ?? "",
      /^back-off \S+ restarting failed container=main pod=acceptance_/,
    );
    for (const one of [backingOff, ofMain.filter((status) => status?.ready).at(-1)]) {
      const { exitCode, message, reason } = one?.lastState?.terminated ?? {};
      assert.deepEqual([exitCode, message, reason], [3, "no luck\n", "Error"]);
    }
    assert.equal(ofMain.at(-1)?.state?.terminated?.message, "after the hook\n");
    const reasons = new Set((await node.events("acceptance")).map(({ reason }) => reason ?? ""));
    const expectedReasons = ["Scheduled", "Created", "Started", "BackOff", "Unhealthy", "Killing"];
    assert.deepEqual([...reasons].sort(), expectedReasons.sort());
  });

  it("rolls a Deployment without fewer pods than it may have", async () => {
    const apps = node.config.makeApiClient(AppsV1Api);
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
    const { items } = await node.core.listNamespacedPod({ namespace, labelSelector: "app=rolling,version=v2" });
    assert.equal(items.filter(isReady).length, 3);
    assert.equal(new Set(items.map(({ status }) => status?.podIP)).size, 3, "each pod has an address of its own");
    await apps.deleteNamespacedDeployment(deployment);
    await eventually("its pods are gone", async () => {
      const { items: left } = await node.core.listNamespacedPod({ namespace, labelSelector: "app=rolling" });
      return left.length === 0;
    });
  });

  it("runs a Job that fails, and then succeeds", async () => {
    const batch = node.config.makeApiClient(BatchV1Api);
    const marks = join(node.kubelet.dir, "state", "mark");
    const script = `if [ -e /marks/mark ]; then exit 0; fi; touch /marks/mark; echo "not yet" >&2; exit 1`;
    const volumes = [{ name: "marks", hostPath: { path: join(node.kubelet.dir, "state"), type: "Directory" } }];
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
    await node.create("stubborn", { containers: [stubborn], terminationGracePeriodSeconds: 3 });
    await node.untilReady("stubborn");
    const asked = Date.now();
    await node.remove("stubborn");
    const took = Date.now() - asked;
    assert.ok(took >= 3000 && took < 20_000, `it took ${took} ms`);
    const last = node.history.of("stubborn").at(-1)?.status;
    assert.deepEqual([last?.phase, last?.containerStatuses?.[0]?.state?.terminated?.exitCode], ["Failed", 137]);
  });

  it("says which image it does not know, and what it cannot do", async () => {
    await node.create("unknown", { containers: [{ name: "main", image: "nginx:1" }] });
    await node.create("devices", { containers: [shell("main", idle)], shareProcessNamespace: true });
    const waiting = async (name: string) => (await node.read(name)).status?.containerStatuses?.[0]?.state?.waiting;
    await eventually("the image is missed", async () => (await waiting("unknown"))?.reason === "ImagePullBackOff");
    await eventually("it is refused", async () => (await waiting("devices"))?.reason === "CreateContainerConfigError");
    assert.match((await waiting("unknown"))?.message ?? "", /nginx.*shell/s);
    assert.match((await waiting("devices"))?.message ?? "", /spec\.shareProcessNamespace/);
    await node.remove("unknown", "devices");
  });

  it("goes on while the API server is away, and then says what happened", async () => {
    const marks = join(node.kubelet.dir, "state", "go");
    await node.create("alone", {
      restartPolicy: "Never",
      volumes: [{ name: "marks", hostPath: { path: marks } }],
      containers: [
        shell("main", "until [ -e /marks/go ]; do sleep 0.1; done; exit 4", {
          volumeMounts: [{ name: "marks", mountPath: "/marks" }],
        }),
        shell("other", idle),
      ],
    });
    await node.untilReady("alone");
    const runs = (what: string): boolean => node.kubelet.processes().some((line) => line.includes(what));
    await stopPart(node.sandbox.dir, "kube-apiserver");
    assert.ok(runs("/marks/go") && runs("sleep 1000000"), "they go on running");
    writeFileSync(join(marks, "go"), "");
    await eventually("the container ends", () => !runs("/marks/go"));
    assert.ok(runs("sleep 1000000"), "the other one goes on");
    await startPart(node.sandbox.dir, "kube-apiserver");
    await eventually("the ending is told", async () => {
      const { status } = await node.read("alone");
      return status?.containerStatuses?.some(({ state }) => state?.terminated?.exitCode === 4) ?? false;
    });
    const { status } = await node.read("alone");
    const other = status?.containerStatuses?.find(({ name }) => name === "other");
    assert.deepEqual([other?.restartCount, other?.ready], [0, true]);
    await node.remove("alone");
  });

  it("starts its pods anew after it was killed, and leaves no process of theirs", async () => {
    await node.create("survivor", { containers: [shell("main", `echo hello; ${idle}`)] });
    await node.create("finished", { containers: [shell("main", "exit 0")], restartPolicy: "Never" });
    await node.untilReady("survivor");
    await eventually("the other is done", async () => (await node.read("finished")).status?.phase === "Succeeded");
    const { status: before } = await node.read("survivor");
    await node.kubelet.kill("SIGKILL");
    await eventually("no process is left", () => node.kubelet.processes().length === 0);

    await node.kubelet.start("--crash-backoff", "500ms");
    await eventually("it was started anew", async () => {
      const pod = await node.read("survivor");
      return isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1;
    });
    const { status: after, metadata } = await node.read("survivor");
    assert.equal(after?.podIP, before?.podIP);
    const lost = after?.containerStatuses?.[0]?.lastState?.terminated;
    assert.deepEqual([lost?.exitCode, lost?.reason], [137, "ContainerStatusUnknown"]);
    assert.equal((await node.read("finished")).status?.phase, "Succeeded");
    const logs = join(node.kubelet.dir, "state", "logs", `default_survivor_${metadata?.uid}`);
    assert.match(readFileSync(join(logs, "main.log"), "utf8"), /hello\n[^]*hello\n/);
    await node.remove("survivor", "finished");
    assert.ok(!existsSync(logs), "logs go with their pod");
  });
});
