import assert from "node:assert/strict";
import { resolve } from "node:path";
import { layoutOf } from "../../../sandbox/cluster/layout";
import { isPartName, partNamed, parts } from "../../../sandbox/cluster/parts";
import type { PartContext } from "../../../sandbox/cluster/parts/part";
import type { Toolchain } from "../../../sandbox/toolchain";

describe("parts of the sandbox", () => {
  // Every tool has a path here, whatever its name.
  const paths = new Proxy({}, { get: (_, name) => `/tools/${String(name)}` }) as Toolchain["paths"];
  const context: PartContext = {
    layout: layoutOf("/sandbox"),
    toolchain: { paths, tools: [] },
    ports: { client: 1001, peer: 1002, https: 1003, http: 1004 },
    portOf: () => 1005,
  };

  it("are named once each, and start after those they need", () => {
    const names = parts.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
    for (const [index, { needs }] of parts.entries()) {
      for (const needed of needs) assert.ok(names.indexOf(needed) < index);
    }
    assert.ok(isPartName("etcd"));
    assert.ok(!isPartName("toString"));
  });

  for (const part of parts.filter(({ name }) => name !== "mesh")) {
    it(`${part.name} listens on the loopback address and its own port alone`, () => {
      const { program, args } = part.command(context);
      assert.equal(program, `/tools/${part.name}`);
      const text = args.join(" ");
      assert.match(text, /127\.0\.0\.1/);
      assert.doesNotMatch(text, /0\.0\.0\.0|undefined|NaN/);
      for (const name of part.ports) assert.match(text, new RegExp(`[:=]${context.ports[name]}\\b`));
    });
  }

  it("give the API server the address of etcd", () => {
    assert.ok(partNamed("kube-apiserver").command(context).args.includes("--etcd-servers=http://127.0.0.1:1005"));
  });

  it("keep all files below the sandbox's folder", () => {
    for (const path of Object.values(layoutOf("some/where"))) assert.ok(String(path).startsWith(resolve("some/where")));
  });
});
