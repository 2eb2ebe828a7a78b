import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Agent } from "node:http";
import { join } from "node:path";
import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  type V1Container,
  type V1Deployment,
  type V1Pod,
} from "@kubernetes/client-node";
import axios from "axios";
import { type BareSandbox, downSandbox, statusOf, stopPart, startPart, upSandbox } from "../../../../sandbox/cluster";
import { applyManifests } from "../../../../sandbox/cluster/apply";
import { openSockets, staysOnMachine } from "../../envoy/sockets";
import { coldTimeoutMs, eventually, temporaryDir, timeoutMs } from "../support";
import { badRoute, helloServer, prometheusManifest } from "./manifests";

const namespace = "default";
const istioSystem = "istio-system";
const output = { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;

/** Charts leave documents without an object behind. */
function withoutEmpty(text: string): string {
  const documents = text.split(/^---$/m);
  return documents.filter((document) => /^kind:/m.test(document)).join("---");
}

describe("a bare sandbox", function () {
  this.timeout(timeoutMs);
  const dir = temporaryDir();
  const config = new KubeConfig();
  let sandbox: BareSandbox;
  let core: CoreV1Api;
  let apps: AppsV1Api;

  before(async function () {
    this.timeout(coldTimeoutMs);
    const images = [
      { image: "node", command: ["node"] },
      { image: "shell", command: ["sh"] },
    ];
    sandbox = await upSandbox({ dir, report: () => undefined, dataPlane: "bare", images, ownerPid: process.pid });
    config.loadFromFile(sandbox.kubeconfig);
    [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  });
  after(() => downSandbox(dir, { purge: true }));

  const deploy = (name: string, replicas = 1): V1Deployment => {
    const container: V1Container = {
      name: "web",
      image: "registry.example.com/node:20",
      args: ["-e", helloServer],
      ports: [{ name: "http", containerPort: 8080 }],
      // Connections come until all have heard that the pod ends.
      lifecycle: { preStop: { sleep: { seconds: 1 } } },
      readinessProbe: {
        exec: {
          command: ["node", "-e", "require('net').connect(8080, 'localhost').on('error', () => process.exit(1)).end()"],
        },
        periodSeconds: 1,
      },
    };
    const securityContext = { runAsUser: 65532, runAsGroup: 65532, runAsNonRoot: true };
    const template = { metadata: { labels: { app: name } }, spec: { securityContext, containers: [container] } };
    return { metadata: { name }, spec: { replicas, selector: { matchLabels: { app: name } }, template } };
  };
  const expose = async (name: string, more: object = {}): Promise<string> => {
    const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: "http" }], ...more };
    const { spec: made } = await core.createNamespacedService({ namespace, body: { metadata: { name }, spec } });
    return made?.clusterIP ?? "";
  };
  const available = (name: string, count = 1, of = namespace): Promise<void> =>
    eventually(`${name} is available`, async () => {
      const { status } = await apps.readNamespacedDeployment({ namespace: of, name });
      return status?.availableReplicas === count;
    });
  const podsOf = async (app: string): Promise<V1Pod[]> =>
    (await core.listNamespacedPod({ namespace, labelSelector: `app=${app}` })).items;
  const ask = async (host: string): Promise<string> =>
    axios
      .get<string>(`http://${host}/`, {
        httpAgent: new Agent({ keepAlive: false }),
        proxy: false,
        timeout: 2000,
        responseType: "text",
      })
      .then(({ data }) => data);
  /** Runs a script in a pod of its own, and gives what it left as its message. */
  const inPod = async (name: string, script: string): Promise<string> => {
    const container = { name: "main", image: "shell", args: ["-c", `(${script}) >/dev/termination-log 2>&1`] };
    const hostAliases = [{ ip: "127.9.9.9", hostnames: ["alias.example.com"] }];
    const spec = { restartPolicy: "Never", hostAliases, containers: [container] };
    await core.createNamespacedPod({ namespace, body: { metadata: { name }, spec } });
    let message = "";
    await eventually(`${name} is done`, async () => {
      const { status } = await core.readNamespacedPod({ namespace, name });
      message = status?.containerStatuses?.[0]?.state?.terminated?.message ?? "";
      return ["Succeeded", "Failed"].includes(status?.phase ?? "");
    });
    return message;
  };

  it("is healthy without the part that nobody has asked for", async () => {
    const { healthy, parts } = await statusOf(dir);
    assert.ok(healthy, JSON.stringify(parts));
    assert.deepEqual(
      parts.filter(({ isIdle }) => isIdle).map(({ name }) => name),
      ["mesh"],
    );
    assert.ok(!("prometheusUrl" in sandbox));
  });

  it("has pods side by side that listen on all addresses at one port, and a Service that asks them in turn", async () => {
    await apps.createNamespacedDeployment({ namespace, body: deploy("web", 2) });
    const address = await expose("web");
    await available("web", 2);
    const pods = await podsOf("web");
    for (const { metadata, status } of pods) assert.equal(await ask(`${status?.podIP}:8080`), metadata?.name);
    const seen = new Set([await ask(address), await ask(address), await ask(address)]);
    assert.deepEqual([...seen].sort(), pods.map(({ metadata }) => metadata?.name).sort());
  });

  it("has a Service go on with the other pod when one is gone", async () => {
    const { spec } = await core.readNamespacedService({ namespace, name: "web" });
    const before = await podsOf("web");
    await apps.patchNamespacedDeployment({
      namespace,
      name: "web",
      body: [{ op: "replace", path: "/spec/replicas", value: 1 }],
    });
    const end = Date.now() + 2500;
    const answers = new Set<string>();
    while (Date.now() < end) answers.add(await ask(spec?.clusterIP ?? ""));
    assert.ok([...answers].every((name) => before.some(({ metadata }) => metadata?.name === name)));
    await available("web", 1);
  });

  it("lets pods find Services by their names, which follow, and fails at once for others", async () => {
    const url = "http://kubernetes.default.svc.cluster.local:443/";
    const script = [
      `getent hosts web.default.svc alias.example.com | cut -d' ' -f1`,
      `getent hosts late || echo unknown`,
      `touch /tmp/asked; for i in $(seq 100); do getent hosts late >/dev/null && break; sleep 0.1; done`,
      `getent hosts late | cut -d' ' -f1`,
      `node -e 'require("dns").lookup("nosuch.example.com", (e) => console.log(e.code))'`,
      `node -e 'fetch("${url}").then((r) => console.log(r.status))'`,
    ].join("; ");
    const asked = inPod("client", script);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const late = await expose("late");
    const { spec } = await core.readNamespacedService({ namespace, name: "web" });
    const lines = (await asked)
      .trim()
      .split("\n")
      .map((line) => line.trim());
    assert.deepEqual(lines, [spec?.clusterIP, "127.9.9.9", "unknown", late, "EAI_AGAIN", "400"]);
  });

  it("runs istiod from its chart, whose webhook the API server asks through its Service", async () => {
    const { helm, "istio-charts": charts } = sandbox.toolchain.platform ?? assert.fail("no platform");
    const render = (name: string, chart: string): string =>
      withoutEmpty(execFileSync(helm, ["template", name, join(charts, chart), "-n", istioSystem], output));
    await core.createNamespace({ body: { metadata: { name: istioSystem } } });
    await applyManifests(sandbox.kubeconfig, [
      render("base", "base"),
      render("istiod", "istio-control/istio-discovery"),
    ]);
    await available("istiod", 1, istioSystem);
    await eventually("a bad route is refused by istiod", async () => {
      const refusal = await applyManifests(sandbox.kubeconfig, [badRoute]).then(() => "", String);
      return /denied the request: .*missing closing/.test(refusal);
    });
  });

  it("runs Prometheus on its ordinary arguments, which scrapes by a Service's name", async () => {
    await applyManifests(sandbox.kubeconfig, [prometheusManifest]);
    await available("prometheus", 1, istioSystem);
    const { spec } = await core.readNamespacedService({ namespace: istioSystem, name: "prometheus" });
    await eventually("istiod is scraped", async () => {
      const { data } = await axios.get<{ data: { result: { value: [number, string] }[] } }>(
        `http://${spec?.clusterIP}:9090/api/v1/query`,
        { params: { query: 'up{job="istiod"}' }, proxy: false },
      );
      return data.data.result[0]?.value[1] === "1";
    });
  });

  it("keeps the Services' addresses when the API server starts anew", async () => {
    const before = await ask((await core.readNamespacedService({ namespace, name: "web" })).spec?.clusterIP ?? "");
    await stopPart(dir, "kube-apiserver");
    await startPart(dir, "kube-apiserver");
    const { spec } = await core.readNamespacedService({ namespace, name: "web" });
    assert.equal(await ask(spec?.clusterIP ?? ""), before);
  });

  it("listens on, and is connected to, loopback addresses only", () => {
    const sockets = openSockets(dir);
    const strangers = sockets.filter((socket) => !staysOnMachine(socket));
    assert.deepEqual(
      strangers.map(({ program, local }) => `${program} ${local.join(".")}`),
      [],
    );
    assert.ok(sockets.some(({ program, isListening }) => isListening && /istiod/.test(program)));
  });
});
