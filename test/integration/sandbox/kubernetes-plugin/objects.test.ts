import assert from "node:assert/strict";
import { endSandboxAfterwards } from "../../support/sharedSandbox";
import { Onlooker, Project } from "./project";

const DEPLOYMENT = `
function deployment(name, { nodeSelector, annotations, replicas = 1, app = name } = {}) {
  const labels = { app };
  return new k8s.apps.v1.Deployment(name, {
    metadata: { name, annotations },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { nodeSelector, containers: [{ name: "app", image: "reviews:v1" }] } },
    },
  });
}
`;

describe("the stand-in for the Kubernetes plugin: objects", function () {
  this.timeout(120_000);
  endSandboxAfterwards();
  let cluster: Onlooker;
  before(async () => (cluster = await Onlooker.create()));

  it("creates, leaves alone, updates, replaces and deletes", async () => {
    const project = await Project.create(
      "life",
      `${DEPLOYMENT}
      const namespace = new k8s.core.v1.Namespace("life");
      const settings = new k8s.core.v1.ConfigMap("settings", { data: { size: phase === "replace" ? "2" : "1" } });
      const web = deployment("web", { replicas: phase === "" ? 1 : 2, app: phase === "replace" ? "new" : "web" });
      const service = new k8s.core.v1.Service("web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
      exports.namespace = namespace.metadata.name;
      exports.settings = settings.metadata.name;
      exports.uid = web.metadata.uid;
      exports.ready = web.status.readyReplicas;
      exports.address = service.spec.clusterIP;`,
    );
    const preview = await project.expect("", "preview");
    assert.match(preview, /5 to create|6 to create/);
    assert.match(preview, /served by the sandbox's stand-in/);
    assert.doesNotMatch(preview, /Undefined value/);

    await project.up();
    const first = await project.outputs();
    assert.match(first["namespace"] ?? "", /^life-[0-9a-f]{8}$/);
    assert.equal(first["ready"], 1);
    assert.match(first["address"] ?? "", /^\d+\./);
    await project.expectNoChanges();

    assert.match(await project.up("update"), /1 updated/);
    const second = await project.outputs();
    assert.deepEqual([second["ready"], second["uid"]], [2, first["uid"]]);

    const replaced = await project.up("replace");
    assert.match(replaced, /2 replaced/);
    const third = await project.outputs();
    assert.notEqual(third["uid"], first["uid"]);
    assert.notEqual(third["settings"], first["settings"]);
    assert.equal(await cluster.exists("v1", "ConfigMap", first["settings"] ?? ""), false);

    await project.destroy();
    assert.equal(await cluster.exists("v1", "Namespace", first["namespace"] ?? ""), false);
    assert.equal(await cluster.exists("apps/v1", "Deployment", "web"), false);
  });

  it("notices on refresh what somebody changed or deleted, and puts it right", async () => {
    const project = await Project.create(
      "drift",
      `const map = (name) => new k8s.core.v1.ConfigMap(name, { metadata: { name }, data: { color: "red" } });
      const changed = map("changed"), gone = map("gone"), kept = map("kept");`,
    );
    await project.up();
    await cluster.patch({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "changed", namespace: "default" },
      data: { color: "blue" },
    });
    await cluster.delete({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "gone", namespace: "default" } });
    const refreshed = await project.expect("", "refresh", "--yes", "--skip-preview");
    assert.match(refreshed, /1 updated/);
    assert.match(refreshed, /1 deleted/);
    await project.up();
    const { data } = await cluster.get("v1", "ConfigMap", "changed");
    assert.deepEqual(data, { color: "red" });
    assert.ok(await cluster.exists("v1", "ConfigMap", "gone"));
    await project.expectNoChanges();
  });

  it("keeps secrets out of the state, the diff and the errors", async () => {
    const project = await Project.create(
      "secrets",
      `const secret = new k8s.core.v1.Secret("s", { metadata: { name: "s" }, stringData: { password: "open-sesame-" + (phase || "1") } });
      const map = new k8s.core.v1.ConfigMap("m", { metadata: { name: "m" }, data: { token: pulumi.secret("hidden-token-42") } });
      exports.token = map.data.token;
      if (phase === "bad") new k8s.core.v1.Service("bad", { metadata: { name: "bad" }, spec: { type: pulumi.secret("hidden-type-43"), ports: [{ port: 80 }] } });`,
    );
    const created = await project.expect("", "up", "--yes", "--diff");
    const { data } = (await cluster.get("v1", "Secret", "s")) as { data?: Record<string, string> };
    assert.equal(Buffer.from(data?.["password"] ?? "", "base64").toString(), "open-sesame-1");
    const changed = await project.expect("2", "up", "--yes", "--diff");
    const failed = await project.failedUp("bad");
    assert.match(failed, /\[secret\]/);
    for (const text of [created, changed, failed, await project.exported()]) {
      assert.doesNotMatch(text, /open-sesame|hidden-|b3Blbi1zZXNhbWU/);
    }
  });

  it("refuses a field that does not exist, in the preview already", async () => {
    const project = await Project.create(
      "strict",
      `new k8s.core.v1.ConfigMap("m", { metadata: { name: "strict", colour: "red" }, data: {} });`,
    );
    const { code, text } = await project.run("", "preview");
    assert.notEqual(code, 0);
    assert.match(text, /metadata\.colour/);
  });

  it("says who owns a field that it may not set, and takes it over when told to", async () => {
    const project = await Project.create(
      "conflict",
      `const annotations = phase === "force" ? { "pulumi.com/patchForce": "true" } : {};
      const node = new k8s.apps.v1.StatefulSet("set", { metadata: { name: "set", annotations: { ...annotations, "pulumi.com/skipAwait": "true" } }, spec: {
        serviceName: "set", replicas: phase === "" ? 1 : 3, selector: { matchLabels: { app: "set" } },
        template: { metadata: { labels: { app: "set" } }, spec: { containers: [{ name: "app", image: "reviews:v1" }] } } } });`,
    );
    await project.up();
    await cluster.patch({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "set", namespace: "default" },
      spec: { replicas: 2 },
    });
    const failed = await project.failedUp("other");
    assert.match(failed, /\.spec\.replicas/);
    assert.match(failed, /somebody-else/);
    await project.up("force");
    const { spec } = (await cluster.get("apps/v1", "StatefulSet", "set")) as { spec?: { replicas?: number } };
    assert.equal(spec?.replicas, 3);
  });

  it("does not take over an object that exists, but imports it", async () => {
    await cluster.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "theirs", namespace: "default" },
      data: { a: "1" },
    });
    const project = await Project.create(
      "exists",
      `new k8s.core.v1.ConfigMap("m", { metadata: { name: "theirs", namespace: "default" }, data: { a: "1" } },
        phase === "import" ? { import: "default/theirs" } : {});`,
    );
    const failed = await project.failedUp();
    assert.match(failed, /already exists/);
    assert.match(failed, /pulumi import kubernetes:core\/v1:ConfigMap <name> default\/theirs/);
    assert.match(await project.up("import"), /1 imported/);
    await project.expectNoChanges();
  });

  it("keeps what did not become ready, says why, and carries on with it", async () => {
    const project = await Project.create(
      "unready",
      `${DEPLOYMENT}
      const web = deployment("stuck", phase === "" ? { nodeSelector: { disk: "none" }, annotations: { "pulumi.com/timeoutSeconds": "2" } } : {});
      exports.uid = web.metadata.uid;`,
    );
    const failed = await project.failedUp();
    assert.match(failed, /timed out after 2 s waiting for pods to be available/);
    assert.match(failed, /Unschedulable/);
    const before = (await cluster.get("apps/v1", "Deployment", "stuck")).metadata?.uid;
    assert.match(await project.up("fixed"), /1 updated/);
    assert.equal((await project.outputs())["uid"], before);
  });

  it("sets fields of an object that somebody else made, and gives them up", async () => {
    await cluster.create({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "patched", labels: { theirs: "1" } },
    });
    const project = await Project.create(
      "patch",
      `new k8s.core.v1.NamespacePatch("p", { metadata: { name: "patched", labels: { ours: "1" } } });`,
    );
    await project.up();
    assert.equal((await cluster.get("v1", "Namespace", "patched")).metadata?.labels?.["ours"], "1");
    await project.expectNoChanges();
    await project.destroy();
    const { labels } = (await cluster.get("v1", "Namespace", "patched")).metadata ?? {};
    assert.deepEqual([labels?.["ours"], labels?.["theirs"]], [undefined, "1"]);
  });

  it("leaves ignored fields to whoever sets them", async () => {
    const project = await Project.create(
      "ignored",
      `new k8s.core.v1.ConfigMap("m", { metadata: { name: "ignored", labels: { phase: phase || "0" } }, data: { a: "1" } }, { ignoreChanges: ["data.a"] });`,
    );
    await project.up();
    await cluster.patch({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "ignored", namespace: "default" },
      data: { a: "theirs" },
    });
    await project.expectNoChanges();
    await project.up("1");
    assert.deepEqual((await cluster.get("v1", "ConfigMap", "ignored"))["data"], { a: "theirs" });
  });
});
