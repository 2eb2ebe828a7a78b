import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { V1Pod, V1Volume, V1VolumeMount } from "@kubernetes/client-node";

import { prepareVolumes, VolumeError, type VolumeApi } from "../../../../sandbox/kubelet/volumes";

const facts = { podIP: "127.1.0.5", hostIP: "127.0.0.1", nodeName: "here" };

describe("a pod's volumes", () => {
  let folder: string;
  let settings: Record<string, string> | undefined;
  let tokens: number;
  let now: number;
  const api: VolumeApi = {
    getConfigMap: async (_, name) => (name === "settings" && settings ? { data: settings } : undefined),
    getSecret: async () => ({ data: { key: Buffer.from("secret").toString("base64") } }),
    requestToken: async (_, audience, seconds) => {
      return { token: `${audience}-${++tokens}`, expiresAt: new Date(now + seconds * 1000) };
    },
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "serin-volumes-"));
    [settings, tokens, now] = [{ a: "1", b: "2" }, 0, 1_000_000];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const podWith = (volumes: V1Volume[], labels = { app: "web" }): V1Pod => ({
    metadata: { name: "web-1", namespace: "shop", labels, annotations: { note: 'say "hi"' } },
    spec: { volumes, containers: [{ name: "main", image: "web:1" }] },
  });
  const prepare = (...volumes: V1Volume[]) =>
    prepareVolumes({ pod: podWith(volumes), folder, api, facts, now: () => now });
  const mount = (name: string, more: Partial<V1VolumeMount> = {}) => ({
    ...{ name: "main", volumeMounts: [{ name, mountPath: "/at", ...more }] },
  });
  const sourceOf = (made: Awaited<ReturnType<typeof prepare>>, name: string): string =>
    made.mounts(mount(name))[0]?.source ?? "";

  it("hold a ConfigMap's keys, at the paths and with the modes asked for", async () => {
    const items = [{ key: "a", path: "deep/file", mode: 0o400 }];
    const made = await prepare(
      { name: "all", configMap: { name: "settings", defaultMode: 0o640 } },
      { name: "some", configMap: { name: "settings", items } },
      { name: "none", configMap: { name: "gone", optional: true } },
    );
    assert.equal(await readFile(join(sourceOf(made, "all"), "b"), "utf8"), "2");
    assert.equal((await stat(join(sourceOf(made, "all"), "b"))).mode & 0o777, 0o640);
    assert.equal((await stat(join(sourceOf(made, "some"), "deep/file"))).mode & 0o777, 0o400);
    assert.deepEqual(
      (await readdir(sourceOf(made, "some"))).filter((name) => !name.startsWith("..")),
      ["deep"],
    );
    assert.deepEqual(made.mounts(mount("all"))[0], { source: sourceOf(made, "all"), target: "/at", readOnly: true });
  });

  it("change all files in one swap, and only when there is a change", async () => {
    const volume = { name: "all", configMap: { name: "settings" } };
    const made = await prepare(volume);
    const source = sourceOf(made, "all");
    const before = await readlink(join(source, "..data"));
    await made.refresh(podWith([volume]));
    assert.equal(await readlink(join(source, "..data")), before);
    settings = { b: "3", c: "4" };
    await made.refresh(podWith([volume]));
    assert.notEqual(await readlink(join(source, "..data")), before);
    assert.equal(await readlink(join(source, "b")), "..data/b");
    assert.deepEqual((await readdir(source)).filter((name) => !name.startsWith("..")).sort(), ["b", "c"]);
    assert.equal((await readdir(source)).filter((name) => name.startsWith("..2")).length, 1);
    assert.equal(await readFile(join(source, "b"), "utf8"), "3");
    assert.equal(made.nextRefreshAt, now + 60_000);
    settings = undefined;
    await assert.rejects(made.refresh(podWith([volume])), VolumeError);
    assert.equal(await readFile(join(source, "c"), "utf8"), "4");
  });

  it("project tokens, which are renewed at four fifths of their life, beside other sources", async () => {
    const sources = [
      { serviceAccountToken: { path: "token", audience: "api", expirationSeconds: 1000 } },
      { downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
    ];
    const volume = { name: "access", projected: { sources } };
    const made = await prepare(volume);
    const read = (name: string): Promise<string> => readFile(join(sourceOf(made, "access"), name), "utf8");
    assert.equal(await read("token"), "api-1");
    assert.equal(made.nextRefreshAt, now + 800_000);
    now += 799_000;
    await made.refresh(podWith([volume], { app: "other" }));
    assert.deepEqual([await read("token"), await read("labels")], ["api-1", 'app="other"']);
    now += 1_000;
    await made.refresh(podWith([volume]));
    assert.equal(await read("token"), "api-2");
  });

  it("give sub paths as they were when the container started, and only below the volume", async () => {
    const made = await prepare({ name: "all", configMap: { name: "settings" } }, { name: "work", emptyDir: {} });
    const file = made.mounts(mount("all", { subPath: "a" }))[0]?.source ?? "";
    assert.equal(await readFile(file, "utf8"), "1");
    assert.ok(!file.includes("..data"));
    const [made1] = made.mounts(mount("work", { subPathExpr: "of-$(WHO)" }), { WHO: "me" });
    assert.equal(made1?.source, join(folder, "volumes/work/of-me"));
    assert.equal((await stat(made1?.source ?? "")).isDirectory(), true);
    assert.throws(() => made.mounts(mount("work", { subPath: "../all" })), VolumeError);
    assert.throws(() => made.mounts(mount("work", { subPathExpr: "$(NONE)" })), /does not have/);
    assert.throws(() => made.mounts(mount("other")), /no volume of that name/);
    assert.equal((await stat(join(folder, "volumes/work"))).mode & 0o777, 0o777);
  });

  it("show the pod's metadata to images that ask for it", async () => {
    const pod = podWith([]);
    const podInfo = (image: string): string | undefined => (image === "web:1" ? "/etc/podinfo" : undefined);
    const made = await prepareVolumes({ pod, folder, api, facts, podInfo });
    const [info] = made.mounts({ name: "main", image: "web:1" });
    assert.equal(info?.target, "/etc/podinfo");
    assert.equal(await readFile(join(info?.source ?? "", "annotations"), "utf8"), 'note="say \\"hi\\""');
    assert.deepEqual(made.mounts({ name: "main", image: "other" }), []);
    await made.remove();
    assert.deepEqual(await readdir(folder), []);
  });

  const faults: [string, V1Volume, string][] = [
    ["a ConfigMap", { name: "v", configMap: { name: "gone" } }, 'configmap "gone" not found'],
    [
      "a key",
      { name: "v", configMap: { name: "settings", items: [{ key: "z", path: "z" }] } },
      "configmap references non-existent config key: z",
    ],
    [
      "a secret's key",
      { name: "v", secret: { secretName: "s", items: [{ key: "z", path: "z" }] } },
      "secret references non-existent secret key: z",
    ],
    [
      "a folder",
      { name: "v", hostPath: { path: "/no/such", type: "Directory" } },
      "hostPath type check failed: /no/such is not a directory",
    ],
    ["a file", { name: "v", hostPath: { path: "/", type: "File" } }, "hostPath type check failed: / is not a file"],
    [
      "support",
      { name: "v", persistentVolumeClaim: { claimName: "c" } },
      "volumes of the kind persistentVolumeClaim are not supported by this kubelet",
    ],
  ];
  for (const [what, volume, reason] of faults) {
    it(`say that ${what} is missing: ${reason}`, async () => {
      await assert.rejects(prepare(volume), new VolumeError("v", reason));
    });
  }
});
