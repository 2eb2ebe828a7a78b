import assert from "node:assert/strict";
import { readModule } from "../../../sandbox/toolchain/cache";
import { tools } from "../../../sandbox/toolchain/tools";

describe("table of tools", () => {
  it("names each tool once", () => {
    const names = tools.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
  });

  for (const tool of tools) {
    it(`${tool.name} has a module that is pinned`, () => {
      const files = readModule(tool);
      if (tool.recipe.kind === "wheel") {
        assert.deepEqual([...files.keys()], ["requirements.txt"]);
        const pinned = files.get("requirements.txt") ?? "";
        assert.ok(pinned.includes(`==${tool.version.slice(1)} `));
        assert.equal(pinned.match(/--hash=sha256:[0-9a-f]{64}/g)?.length, Object.keys(tool.recipe.platforms).length);
        return;
      }
      assert.match(files.get("go.mod") ?? "", /^require /m);
      assert.match(files.get("go.sum") ?? "", / h1:/);
    });
  }

  it("tells the version that the module pins", () => {
    const required = {
      etcd: "go.etcd.io/etcd/server/v3",
      kwok: "sigs.k8s.io/kwok",
      "kube-apiserver": "k8s.io/kubernetes",
      "istio-crds": "istio.io/istio",
      istiod: "istio.io/istio",
      vegeta: "github.com/tsenart/vegeta/v12",
    };
    for (const [name, module] of Object.entries(required)) {
      const tool = tools.find((candidate) => candidate.name === name);
      assert.ok(tool);
      assert.ok(readModule(tool).get("go.mod")?.includes(`${module} ${tool.version}\n`), name);
    }
  });

  it("takes a program from beside another one only after that one", () => {
    for (const [index, { onPath }] of tools.entries()) {
      if (onPath?.kind !== "beside") continue;
      assert.ok(tools.slice(0, index).some(({ name }) => name === onPath.tool));
    }
  });
});
