import assert from "node:assert/strict";
import { posix } from "node:path";

import { readMounts, type HostEntry, type HostFiles } from "../../../../sandbox/kubelet/runtime/hostFiles";
import { planRoot } from "../../../../sandbox/kubelet/runtime/rootPlan";
import { bwrapArguments } from "../../../../sandbox/kubelet/runtime/bwrapArguments";
import { mountTable } from "../../../../sandbox/kubelet/runtime/unshareScript";

const files: Record<string, string> = {
  ...{ "/usr": "folder", "/etc": "folder", "/run": "folder", "/var": "folder", "/dev": "folder", "/bin": "usr/bin" },
  ...{
    "/etc/hosts": "file",
    "/etc/ssl": "folder",
    "/etc/mtab": "../proc/mounts",
    "/var/run": "/run",
    "/dev/null": "file",
  },
};
const describeEntry = (path: string, what: string): HostEntry =>
  what === "folder" || what === "file"
    ? { name: posix.basename(path), kind: what }
    : { name: posix.basename(path), kind: "link", to: what };
const host: HostFiles = {
  entries: (folder) =>
    Object.entries(files)
      .filter(([path]) => posix.dirname(path) === folder)
      .map(([path, what]) => describeEntry(path, what)),
  entry: (path) => (files[path] === undefined ? undefined : describeEntry(path, files[path])),
};
const mount = (target: string, folder = true) => ({ source: `/state${target}`, target, readOnly: true, folder });

describe("a container's root", () => {
  it("shows the top folders as they are, and makes anew only what is above a mount", () => {
    const plan = planRoot([mount("/etc/app/conf"), mount("/etc/hosts", false)], host, ["/state"]);
    assert.deepEqual(plan.binds, ["/usr"]);
    assert.deepEqual(
      plan.links.filter(({ folder }) => folder === "/etc"),
      [{ folder: "/etc", names: ["ssl"] }],
    );
    assert.deepEqual(plan.copies, [
      { path: "/bin", to: "usr/bin" },
      { path: "/etc/mtab", to: "../proc/mounts" },
      { path: "/var/run", to: "/run" },
    ]);
    assert.deepEqual(plan.files, ["/etc/hosts"]);
    assert.ok(plan.folders.some(({ path }) => path === "/etc/app/conf"));
    assert.deepEqual(plan.devices, ["/dev/null"]);
  });

  it("puts a mount where its target leads through links, and an inner one after its outer one", () => {
    const plan = planRoot([mount("/var/run/a/inner", false), mount("/var/run/a")], host, []);
    assert.deepEqual(
      plan.mounts.map(({ target, parent }) => [target, parent?.target]),
      [
        ["/run/a", undefined],
        ["/run/a/inner", "/run/a"],
      ],
    );
    assert.deepEqual(plan.files, []);
  });

  for (const target of ["/", "/proc/x", "/.host/x", "/etc/hosts/x", "relative"]) {
    it(`cannot have a mount at ${target}`, () => assert.throws(() => planRoot([mount(target)], host, [])));
  }

  it("has every mount of this machine read-only, with the options that it must keep", () => {
    const mounts = readMounts(
      [
        "1 0 8:1 / / rw,relatime - ext4 a rw",
        "2 1 8:2 / /home rw,nosuid - ext4 b rw",
        "3 1 0:1 / /proc rw - proc p rw",
      ].join("\n"),
    );
    const table = mountTable(planRoot([mount("/a b")], host, ["/state"]), "/jail", mounts).split("\n");
    assert.ok(table.includes("/ /jail/.host none rbind,ro,relatime 0 0"));
    assert.ok(table.includes("none /jail/.host/home none remount,bind,ro,nosuid 0 0"));
    assert.ok(!table.some((line) => line.includes("/.host/proc none")));
    assert.ok(table.includes("tmpfs /jail/.host/state tmpfs ro,mode=755 0 0"));
    assert.ok(table.includes("/state/a\\040b /jail/a\\040b none rbind,ro,relatime 0 0"));
  });

  it("is the same for bubblewrap", () => {
    const args = bwrapArguments(planRoot([mount("/a b")], host, ["/usr/state"]), "web", { user: 5, group: 6 }).join(
      " ",
    );
    for (const part of [
      "--ro-bind / /.host",
      "--ro-bind /usr /usr",
      "--tmpfs /usr/state",
      "--ro-bind /state/a b /a b",
      "--uid 5",
    ]) {
      assert.ok(args.includes(part), `${part} in ${args}`);
    }
  });

  it("leaves out mounts that a later one covers", () => {
    const text = ["1 0 8:1 / / rw - x x rw", "2 1 8:2 / /a/b rw - x x rw", "3 1 8:3 / /a rw,nodev - x x rw"].join("\n");
    assert.deepEqual(readMounts(text), [
      { point: "/", options: "" },
      { point: "/a", options: "nodev" },
    ]);
  });
});
