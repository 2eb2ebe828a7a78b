import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findKit, pathProbe, type PathProbe } from "../../../sandbox/toolchain/path";
import { type Kit, tools } from "../../../sandbox/toolchain/tools";

/** A PATH with these programs, each with what it prints. */
function pretend(programs: Record<string, string>): PathProbe {
  return {
    find: (name, folders = ["/usr/bin"]) =>
      folders.map((folder) => `${folder}/${name}`).find((path) => path in programs),
    ask: async (path) => programs[path] ?? "",
  };
}

async function find(kit: Kit, programs: Record<string, string>): Promise<{ paths?: string[]; lines: string[] }> {
  const lines: string[] = [];
  const members = tools.filter((tool) => tool.kit === kit);
  const found = await findKit(members, (line) => lines.push(line), pretend(programs));
  return { paths: found && [...found.values()].map(({ path }) => path), lines };
}

describe("tools on PATH", () => {
  const kubernetes = (versions: string[]): Record<string, string> =>
    Object.fromEntries(
      ["kube-apiserver", "kube-controller-manager", "kube-scheduler"].flatMap((name, index) =>
        versions[index] ? [[`/usr/bin/${name}`, `Kubernetes ${versions[index]}`]] : [],
      ),
    );

  it("takes a program that is new enough", async () => {
    const { paths, lines } = await find("etcd", { "/usr/bin/etcd": "etcd Version: 3.5.12" });
    assert.deepEqual({ paths, lines }, { paths: ["/usr/bin/etcd"], lines: [] });
  });

  it("says why it does not take one that is too old", async () => {
    const { paths, lines } = await find("etcd", { "/usr/bin/etcd": "etcd Version: 3.3.1" });
    assert.equal(paths, undefined);
    assert.deepEqual(lines, ["etcd on PATH is version 3.3.1, 3.5.0 or newer is needed: not used"]);
  });

  it("says why it does not take one that tells no version", async () => {
    const { paths, lines } = await find("kwok", { "/usr/bin/kwok": "segmentation fault" });
    assert.equal(paths, undefined);
    assert.deepEqual(lines, ["kwok on PATH tells no version, 0.6.0 or newer is needed: not used"]);
  });

  it("is silent about what is not there", async () => {
    assert.deepEqual(await find("prometheus", {}), { paths: undefined, lines: [] });
  });

  it("takes all of Kubernetes", async () => {
    assert.equal((await find("kubernetes", kubernetes(["v1.33.1", "v1.33.1", "v1.33.4"]))).paths?.length, 3);
  });

  it("does not mix its own Kubernetes with a part of another", async () => {
    assert.equal((await find("kubernetes", kubernetes(["v1.36.0", "v1.36.0"]))).paths, undefined);
  });

  it("does not take programs of different Kubernetes versions", async () => {
    const { paths, lines } = await find("kubernetes", kubernetes(["v1.33.1", "v1.34.0", "v1.33.1"]));
    assert.equal(paths, undefined);
    assert.match(lines.join(), /are of different versions: not used/);
  });

  const beside = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"];

  it("takes pulumi with the programs beside it", async () => {
    const programs = Object.fromEntries(["pulumi", ...beside].map((name) => [`/usr/bin/${name}`, "v3.219.0"]));
    assert.equal((await find("pulumi", programs)).paths?.length, 4);
  });

  it("does not take pulumi without its language host", async () => {
    const { paths, lines } = await find("pulumi", { "/usr/bin/pulumi": "v3.219.0" });
    assert.equal(paths, undefined);
    assert.deepEqual(lines, ["pulumi on PATH has no pulumi-language-nodejs beside it: not used"]);
  });

  it("never takes Istio's types from PATH", async () => {
    assert.equal((await find("istio", { "/usr/bin/istio-crds": "v1" })).paths, undefined);
  });

  it("never takes istiod from PATH", async () => {
    assert.equal((await find("istiod", { "/usr/bin/istiod": "v1.31.0" })).paths, undefined);
  });

  it("takes an envoy that is new enough, and tells about an older one", async () => {
    const envoy = (version: string): Record<string, string> => ({
      "/usr/bin/envoy": `\nenvoy  version: 9e5580933739775e/${version}/Clean/RELEASE/BoringSSL\n`,
    });
    assert.deepEqual((await find("envoy", envoy("1.34.0"))).paths, ["/usr/bin/envoy"]);
    const { paths, lines } = await find("envoy", envoy("1.33.9"));
    assert.equal(paths, undefined);
    assert.deepEqual(lines, ["envoy on PATH is version 1.33.9, 1.34.0 or newer is needed: not used"]);
  });

  describe("probe", () => {
    let folder = "";
    before(() => (folder = mkdtempSync(join(tmpdir(), "serin-path-"))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("finds executable files in the folders of PATH, and asks them", async () => {
      const program = join(folder, "tool");
      writeFileSync(program, '#!/bin/sh\necho "tool $1 2.1.0"\n');
      const probe = pathProbe({ PATH: `relative::/nonexistent:${folder}` });
      assert.equal(probe.find("tool"), undefined, "a file that cannot be executed is not a program");
      chmodSync(program, 0o755);
      assert.equal(probe.find("tool"), program);
      assert.match(await probe.ask(program, ["--version"]), /tool --version 2\.1\.0/);
    });
  });
});
