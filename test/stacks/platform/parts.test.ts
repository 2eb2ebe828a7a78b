import { deepStrictEqual, ok } from "node:assert/strict";
import { makeParts } from "../../../stacks/platform/parts";
import type { PlatformConfig } from "../../../stacks/platform/config";
import { Mocks } from "../../components/support/mocks";

const installed: PlatformConfig = {
  istio: { mode: "install", args: {} },
  prometheus: { mode: "install", args: {} },
  tekton: { mode: "install", args: {} },
  controller: { mode: "install", args: { image: "serin:0.1.0" } },
  namespaces: { shop: {} },
};

async function made(config: Partial<PlatformConfig>): Promise<Mocks> {
  const mocks = await Mocks.start();
  await mocks.run(() => makeParts({ ...installed, ...config }));
  return mocks;
}

const components = ({ resources }: Mocks): string[] =>
  resources.filter(({ type }) => type.startsWith("serin:index:")).map(({ type }) => type.replace("serin:index:", ""));

describe("the parts of the platform", function () {
  this.timeout(30_000);

  it("are one component each", async () => {
    const expected = ["CanaryController", "CanaryNamespace", "Istio", "Prometheus", "Tekton"];
    deepStrictEqual(components(await made({})).sort(), expected);
  });

  it("come after what they need: the controller after Istio, a namespace after the controller", async () => {
    const mocks = await made({});
    const of = (type: string, name: string) => {
      const found = mocks.resources.find((one) => one.type.endsWith(type) && one.name === name);
      ok(found, `${type} ${name}`);
      return found.dependsOn;
    };
    ok(of(":Deployment", "canary-controller").includes("istio-istiod"));
    ok(of(":StatefulSet", "prometheus-server").includes("istio-namespace"));
    ok(of(":Namespace", "shop-namespace").includes("canary-controller"));
  });

  it("make nothing where they are there already, or left out", async () => {
    const mocks = await made({
      istio: { mode: "adopt", args: {} },
      prometheus: { mode: "adopt", args: { url: "http://prometheus.monitoring:9090" } },
      tekton: { mode: "omit" },
      controller: { mode: "omit" },
      namespaces: {},
    });
    deepStrictEqual(
      mocks.resources.map(({ type }) => type).filter((type) => type.startsWith("kubernetes:")),
      [],
    );
  });
});
