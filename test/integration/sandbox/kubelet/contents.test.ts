import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { eventually, timeoutMs } from "../support";
import { isReady, namespace, idle, RealNode, shell } from "./realNode";

const isRoot = process.getuid?.() === 0;

/** Says with which status the API server answers a GET as the pod's service account, and what it says. */
const askAsItself = `
  const { readFileSync, writeFileSync } = require("node:fs");
  const at = "/var/run/secrets/kubernetes.io/serviceaccount/";
  const [token, ca, own] = ["token", "ca.crt", "namespace"].map((name) => readFileSync(at + name, "utf8"));
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const ask = (path) => new Promise((resolve, reject) => {
    const headers = { authorization: "Bearer " + token };
    require("node:https").get({ host, port, path, ca, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk)).on("end", () => resolve([response.statusCode, JSON.parse(text)]));
    }).on("error", reject);
  });
  (async () => {
    const [allowed, { data }] = await ask("/api/v1/namespaces/" + own + "/configmaps/allowed");
    const [forbidden, { message }] = await ask("/api/v1/namespaces/" + own + "/secrets");
    writeFileSync("/dev/termination-log", JSON.stringify({ allowed, data, forbidden, message }));
  })();`;

describe("what the kubelet gives its pods", function () {
  this.timeout(timeoutMs);
  const node = new RealNode();

  it("a token with which a program in the pod is its service account to the API server", async () => {
    const rbac = node.config.makeApiClient(RbacAuthorizationV1Api);
    await node.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "robot" } } });
    const body = { metadata: { name: "allowed" }, data: { key: "value" } };
    await node.core.createNamespacedConfigMap({ namespace, body });
    const rules = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: ["allowed"], verbs: ["get"] }];
    await rbac.createNamespacedRole({ namespace, body: { metadata: { name: "robot" }, rules } });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "robot" };
    const subjects = [{ kind: "ServiceAccount", name: "robot", namespace }];
    await rbac.createNamespacedRoleBinding({ namespace, body: { metadata: { name: "robot" }, roleRef, subjects } });

    const main = { ...shell("main", ""), command: [process.execPath, "-e", askAsItself], args: [] };
    await node.create("robot", { serviceAccountName: "robot", restartPolicy: "Never", containers: [main] });
    const { allowed, data, forbidden, message } = JSON.parse(await node.message("robot")) as Record<string, unknown>;
    assert.deepEqual([allowed, data, forbidden], [200, { key: "value" }, 403]);
    assert.match(String(message), /User "system:serviceaccount:default:robot" cannot list resource "secrets"/);
    await node.remove("robot");
  });

  it("ConfigMaps, Secrets and its own fields, as variables and as files that follow their objects", async () => {
    const settings = { metadata: { name: "settings" }, data: { colour: "red" } };
    await node.core.createNamespacedConfigMap({ namespace, body: settings });
    const secret = { metadata: { name: "login" }, stringData: { user: "eve" } };
    await node.core.createNamespacedSecret({ namespace, body: secret });
    const fieldPath = "metadata.labels['app']";
    await node.create("reader", {
      volumes: [
        {
          name: "all",
          projected: {
            sources: [
              { configMap: { name: "settings" } },
              { secret: { name: "login", items: [{ key: "user", path: "deep/user" }] } },
              { downwardAPI: { items: [{ path: "app", fieldRef: { fieldPath } }] } },
            ],
          },
        },
      ],
      containers: [
        shell("main", `echo "$COLOUR $user $APP $ADDRESS"; cat /all/colour /all/deep/user /all/app; echo; ${idle}`, {
          volumeMounts: [{ name: "all", mountPath: "/all" }],
          envFrom: [{ secretRef: { name: "login" } }],
          env: [
            { name: "COLOUR", valueFrom: { configMapKeyRef: { name: "settings", key: "colour" } } },
            { name: "APP", valueFrom: { fieldRef: { fieldPath } } },
            { name: "ADDRESS", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
          ],
        }),
      ],
    });
    await node.untilReady("reader");
    const { metadata, status } = await node.read("reader");
    const log = join(node.kubelet.dir, "state", "logs", `default_reader_${metadata?.uid}`, "main.log");
    const expected = `red eve reader ${status?.podIP}\nredevereader\n`;
    await eventually("it has said what it sees", () => readFileSync(log, "utf8") === expected);

    // A change of the pod makes the kubelet look at once, and not only each minute.
    await node.core.replaceNamespacedConfigMap({
      namespace,
      name: "settings",
      body: { ...settings, data: { colour: "blue" } },
    });
    const { metadata: fresh, spec } = await node.read("reader");
    const body = { metadata: { ...fresh, labels: { app: "other" } }, spec };
    await node.core.replaceNamespacedPod({ namespace, name: "reader", body });
    const files = join(node.kubelet.dir, "state", "pods", metadata?.uid ?? "", "volumes", "all");
    const read = (name: string): string => readFileSync(join(files, name), "utf8");
    await eventually("the files follow", () => read("colour") === "blue" && read("app") === "other");
    await node.remove("reader");
  });

  it("a Secret that comes late, for which the pod waits", async () => {
    const volumes = [{ name: "late", secret: { secretName: "late" } }];
    const volumeMounts = [{ name: "late", mountPath: "/late" }];
    const main = shell("main", "cat /late/key >/dev/termination-log", { volumeMounts });
    await node.create("patient", { restartPolicy: "Never", volumes, containers: [main] });
    await eventually("the event is there", async () => {
      const said = (await node.events("patient")).find(({ reason }) => reason === "FailedMount");
      return said?.message === 'MountVolume.SetUp failed for volume "late" : secret "late" not found';
    });
    assert.equal(
      (await node.read("patient")).status?.containerStatuses?.[0]?.state?.waiting?.reason,
      "ContainerCreating",
    );
    const body = { metadata: { name: "late" }, stringData: { key: "here" } };
    await node.core.createNamespacedSecret({ namespace, body });
    assert.equal(await node.message("patient"), "here");
    await node.remove("patient");
  });

  it("a user that is not root, to a pod that Pod Security's level `restricted` lets pass", async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await node.core.createNamespace({ body: { metadata: { name: "strict", labels } } });
    const read = async () => (await node.core.readNamespacedPod({ namespace: "strict", name: "strict" })).status;
    const script =
      "id -u >/dev/termination-log; echo mine >/shared/mine; ls -ln /shared/mine >>/dev/termination-log; id -G >>/dev/termination-log";
    await eventually("the namespace has its service account", async () =>
      node.core.readNamespacedServiceAccount({ namespace: "strict", name: "default" }).then(
        () => true,
        () => false,
      ),
    );
    await node.core.createNamespacedPod({
      namespace: "strict",
      body: {
        metadata: { name: "strict" },
        spec: {
          nodeSelector: { "serin.dev/kubelet": "sandbox" },
          restartPolicy: "Never",
          securityContext: { runAsNonRoot: true, fsGroup: 4321, seccompProfile: { type: "RuntimeDefault" } },
          volumes: [{ name: "work", emptyDir: {} }],
          containers: [
            shell("main", script, {
              volumeMounts: [{ name: "work", mountPath: "/shared" }],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            }),
          ],
        },
      },
    });
    await eventually("it is done", async () => ["Succeeded", "Failed"].includes((await read())?.phase ?? ""));
    const { exitCode, message = "" } = (await read())?.containerStatuses?.[0]?.state?.terminated ?? {};
    const [user, file, groups] = message.split("\n");
    assert.deepEqual([exitCode, user], [0, "65534"], message);
    // Only root can give processes groups; elsewhere the volume is the one user's anyway.
    if (isRoot) assert.deepEqual([file?.split(/ +/).slice(2, 4), groups], [["65534", "4321"], "65534 4321"]);
    const { items } = await node.core.listNamespacedEvent({ namespace: "strict" });
    const said = items.filter(({ reason }) => reason === "NotSupported").map(({ message: words }) => words);
    assert.deepEqual(said, ["the sandbox's kubelet does not enforce spec.securityContext.seccompProfile"]);
    await node.core.deleteNamespace({ name: "strict" });
  });

  it("a sidecar that is up before the main container, and ends after it", async () => {
    const shared = { volumeMounts: [{ name: "shared", mountPath: "/shared" }] };
    const end = (name: string): string => `trap 'echo ${name} >>/shared/order; exit 0' TERM; sleep 1000000 & wait`;
    await node.create("guarded", {
      volumes: [{ name: "shared", hostPath: { path: join(node.kubelet.dir, "state", "shared") } }],
      initContainers: [
        shell("sidecar", `sleep 1; touch /shared/up; ${end("sidecar")}`, {
          ...shared,
          restartPolicy: "Always",
          startupProbe: { exec: { command: ["test", "-e", "/shared/up"] }, periodSeconds: 1 },
        }),
        shell("init", "test -e /shared/up", shared),
      ],
      containers: [shell("main", end("main"), shared)],
    });
    await node.untilReady("guarded");
    const { status } = await node.read("guarded");
    const [sidecar, init] = status?.initContainerStatuses ?? [];
    assert.deepEqual([sidecar?.ready, sidecar?.started, sidecar?.restartCount], [true, true, 0]);
    assert.equal(init?.state?.terminated?.reason, "Completed");
    await node.remove("guarded");
    assert.equal(readFileSync(join(node.kubelet.dir, "state", "shared", "order"), "utf8"), "main\nsidecar\n");
    const last = node.history.of("guarded").at(-1)?.status;
    const ends = [last?.initContainerStatuses?.[0], last?.containerStatuses?.[0]].map((one) => one?.state?.terminated);
    assert.deepEqual([last?.phase, ...ends.map((one) => one?.exitCode)], ["Succeeded", 0, 0]);
  });

  it("no ephemeral container, and says so", async () => {
    await node.create("looked-at", { containers: [shell("main", idle)] });
    await node.untilReady("looked-at");
    const pod = await node.read("looked-at");
    const ephemeralContainers = [{ name: "look", image: "shell:1" }];
    const body = { ...pod, spec: { containers: [], ...pod.spec, ephemeralContainers } };
    await node.core.replaceNamespacedPodEphemeralcontainers({ namespace, name: "looked-at", body });
    await eventually("it is refused", async () => {
      const { ephemeralContainerStatuses: [one] = [] } = (await node.read("looked-at")).status ?? {};
      return one?.state?.waiting?.reason === "CreateContainerConfigError";
    });
    assert.ok(isReady(await node.read("looked-at")), "the pod goes on");
    await eventually("an event tells", async () =>
      (await node.events("looked-at")).some(
        ({ reason, message }) => reason === "NotSupported" && /look/.test(message ?? ""),
      ),
    );
    await node.remove("looked-at");
  });
});
