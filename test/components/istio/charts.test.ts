import { deepStrictEqual as equal, rejects } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Istio, type IstioArgs } from "../../../components/istio";
import { Mocks, valueOf } from "../support/mocks";

async function installed(args: IstioArgs): Promise<[Istio, Mocks]> {
  const mocks = await Mocks.start();
  return [await mocks.run(() => new Istio("istio", args)), mocks];
}

describe("Istio with charts from a folder", function () {
  this.timeout(30_000);
  let folder: string;
  const chart = (path: string, version: string): void => {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "Chart.yaml"), `apiVersion: v2\nversion: ${version}\n`);
  };
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "charts-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [layout, istiod, cni] of [
    ["of the repository", "istiod", "cni"],
    ["of Istio's sources", "istio-control/istio-discovery", "istio-cni"],
  ] as const) {
    it(`finds them in the layout ${layout}`, async () => {
      for (const path of ["base", istiod, "gateway", cni]) chart(path, "1.31.0");
      const [istio, mocks] = await installed({ charts: { path: folder }, ingressGateway: true, cni: true });
      for (const [name, path] of [
        ["istio-base", "base"],
        ["istio-istiod", istiod],
        ["istio-gateway", "gateway"],
        ["istio-cni", cni],
      ] as const) {
        const { chart: found, version, repositoryOpts } = mocks.named(name).inputs;
        equal([found, version, repositoryOpts], [join(folder, path), undefined, undefined]);
      }
      equal(await valueOf(istio.version), "1.31.0");
    });
  }

  it("says where it has looked for one that is not there", async () => {
    chart("base", "1.31.0");
    await rejects(installed({ charts: { path: folder } }), (error: Error) => {
      equal(
        error.message,
        `Istio 'charts.path' (${folder}): must have the chart istiod in istiod or istio-control/istio-discovery or istio-discovery`,
      );
      return error instanceof pulumi.RunError;
    });
  });
});
