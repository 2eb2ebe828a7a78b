import { deepStrictEqual as equal, match, throws } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Tekton, type TektonArgs } from "../../../components/tekton";
import { checkedTekton } from "../../../components/tekton/rules";
import { Mocks, unknownOutput, valueOf } from "../support/mocks";

const GROUP = "kubernetes:yaml/v2:ConfigGroup";
const FORMER = "https://storage.googleapis.com/tekton-releases";

async function installed(args?: TektonArgs): Promise<[Tekton, Mocks]> {
  const mocks = await Mocks.start();
  return [await mocks.run(() => new Tekton("tekton", args)), mocks];
}

describe("Tekton", function () {
  this.timeout(30_000);

  it("is by default Pipelines, then Triggers, then their interceptors", async () => {
    const [tekton, mocks] = await installed();
    equal(
      mocks.resources.map(({ type, name, inputs, parent, dependsOn }) => [
        type,
        name,
        inputs["files"],
        parent,
        [...dependsOn].sort(),
      ]),
      [
        ["serin:index:Tekton", "tekton", undefined, undefined, []],
        [GROUP, "tekton-pipelines", [`${FORMER}/pipeline/previous/v1.0.0/release.yaml`], "tekton", []],
        [
          GROUP,
          "tekton-triggers",
          [`${FORMER}/triggers/previous/v0.30.0/release.yaml`],
          "tekton",
          ["tekton-pipelines"],
        ],
        [
          GROUP,
          "tekton-triggers-2",
          [`${FORMER}/triggers/previous/v0.30.0/interceptors.yaml`],
          "tekton",
          ["tekton-pipelines", "tekton-triggers"],
        ],
      ],
    );
    equal(await valueOf(tekton.namespace), "tekton-pipelines");
    equal(await valueOf(tekton.resolversNamespace), "tekton-pipelines-resolvers");
    equal([await valueOf(tekton.pipelinesVersion), await valueOf(tekton.triggersVersion)], ["v1.0.0", "v0.30.0"]);
    equal([tekton.ready.length, mocks.warnings], [3, []]);
  });

  it("leaves Triggers out, and takes another version", async () => {
    const [tekton, mocks] = await installed({ pipelines: { version: "1.9.2" }, triggers: false });
    equal(mocks.names(), ["tekton", "tekton-pipelines"]);
    const url = "https://infra.tekton.dev/tekton-releases/pipeline/previous/v1.9.2/release.yaml";
    equal(mocks.named("tekton-pipelines").inputs["files"], [url]);
    equal([await valueOf(tekton.pipelinesVersion), await valueOf(tekton.triggersVersion)], ["v1.9.2", undefined]);
  });

  it("takes manifests of one's own, and their version from their labels", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tekton-"));
    const file = join(folder, "pipelines.yaml");
    writeFileSync(file, 'metadata:\n  labels:\n    pipeline.tekton.dev/release: "v1.2.3"\n');
    const urls = ["https://mirror.example/a.yaml", "https://mirror.example/b.yaml"];
    const [tekton, mocks] = await installed({ pipelines: { manifest: file }, triggers: { manifest: urls } });
    rmSync(folder, { recursive: true });
    equal(mocks.named("tekton-pipelines").inputs["files"], [file]);
    equal(mocks.named("tekton-triggers").inputs["files"], [urls[0]]);
    equal(mocks.named("tekton-triggers-2").inputs["files"], [urls[1]]);
    equal([await valueOf(tekton.pipelinesVersion), await valueOf(tekton.triggersVersion)], ["v1.2.3", undefined]);
  });

  it("changes its objects as the arguments say, and then as the user's transforms do", async () => {
    const own: pulumi.ResourceTransform = () => undefined;
    const [, mocks] = await installed({ featureFlags: { "enable-api-fields": "stable" }, transforms: [own] });
    for (const name of ["tekton-pipelines", "tekton-triggers", "tekton-triggers-2"]) {
      const { transforms } = mocks.named(name);
      const [settings, user] = transforms;
      const props = { metadata: { name: "feature-flags" }, data: { "enable-api-fields": "beta", other: "1" } };
      const type = "kubernetes:core/v1:ConfigMap";
      const changed = await settings?.({ type, name: "any", custom: true, props, opts: {} });
      equal(changed?.props, { ...props, data: { "enable-api-fields": "stable", other: "1" } });
      equal([transforms.length, user], [2, own]);
    }
  });

  it("adopts a Tekton that is there already, and installs nothing", async () => {
    const [tekton, mocks] = await installed({ existing: { pipelinesVersion: "1.0.0" } });
    equal([mocks.names(), tekton.ready], [["tekton"], []]);
    equal([await valueOf(tekton.pipelinesVersion), await valueOf(tekton.triggersVersion)], ["v1.0.0", undefined]);
    equal(await valueOf(tekton.namespace), "tekton-pipelines");
  });

  it("hands provider, protection and dependencies on", async () => {
    const mocks = await Mocks.start();
    await mocks.run(() => {
      const provider = new k8s.Provider("cluster", {});
      const before = new k8s.core.v1.ConfigMap("before", {});
      return new Tekton("tekton", {}, { provider, protect: true, dependsOn: before });
    });
    const children = mocks.resources.filter(({ parent }) => parent === "tekton");
    equal(children.length, 3);
    for (const { name, provider, protect, dependsOn } of children) {
      match(provider, /::cluster::/, name);
      equal([protect, dependsOn.includes("before")], [true, true], name);
    }
  });

  it("shows a preview of what is not known yet, without a complaint", async () => {
    const mocks = await Mocks.start({ preview: true });
    await mocks.run(
      () =>
        new Tekton("tekton", {
          pipelines: { version: unknownOutput<string>() },
          featureFlags: { a: unknownOutput<string>() },
          placement: { nodeSelector: unknownOutput<Record<string, string>>() },
        }),
    );
    equal([mocks.warnings, mocks.resources.length], [[], 4]);
    equal(JSON.stringify(mocks.resources.map(({ inputs }) => inputs)).includes("Calling"), false);
  });

  const refused: readonly [TektonArgs, RegExp][] = [
    [{ pipelines: { version: "1.0" } }, /^Tekton 'pipelines.version' \(1.0\): must be a version/],
    [{ triggers: { manifest: [] } }, /^Tekton 'triggers.manifest' \(\[\]\): must have at least one URL or path/],
    [{ triggers: { manifest: "" } }, /^Tekton 'triggers.manifest' \(\): must be a URL or a path/],
    [{ existing: { triggersVersion: "new" } }, /^Tekton 'existing.triggersVersion' \(new\): must be a version/],
    [{ existing: {}, triggers: false }, /^Tekton 'existing' \(with triggers\): must be the only argument/],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${JSON.stringify(args)}`, () => throws(() => checkedTekton(args), { name: "Error", message }));
  }
});
