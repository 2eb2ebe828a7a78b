import assert from "node:assert/strict";
import { checkInputs, madeUpName, type CheckRequest } from "../../../../sandbox/kubernetes-plugin/objects/check";
import { propagationOf, timeoutMsOf } from "../../../../sandbox/kubernetes-plugin/objects/annotations";
import { formatId, parseId, partsOfUrn, targetOf, tokenOf } from "../../../../sandbox/kubernetes-plugin/objects/target";
import { secret, UNKNOWN, type Properties } from "../../../../sandbox/kubernetes-plugin/values/value";

const urnOf = (type: string, name = "web") => `urn:pulumi:dev::shop::my:Parent$kubernetes:${type}::${name}`;

function check(news: Properties, rest: Partial<CheckRequest> = {}) {
  return checkInputs(
    { urn: urnOf("core/v1:ConfigMap"), olds: {}, news: { apiVersion: "v1", kind: "ConfigMap", ...news }, ...rest },
    undefined,
  );
}

const metadataOf = ({ inputs }: { inputs: Properties }) =>
  inputs["metadata"] as { name?: string; annotations?: object };

describe("names that a program leaves to the plugin", () => {
  it("are the resource's with eight digits, and marked", async () => {
    const metadata = metadataOf(await check({}));
    assert.match(metadata.name ?? "", /^web-[0-9a-f]{8}$/);
    assert.deepEqual(metadata.annotations, { "pulumi.com/autonamed": "true" });
  });

  it("stay what they were", async () => {
    const olds = { metadata: { name: "web-00000000", annotations: { "pulumi.com/autonamed": "true" } } };
    assert.equal(metadataOf(await check({ metadata: { labels: {} } }, { olds })).name, "web-00000000");
  });

  it("do not stay what the program had chosen", async () => {
    assert.notEqual(metadataOf(await check({}, { olds: { metadata: { name: "chosen" } } })).name, "chosen");
  });

  it("follow from the engine's seed", () => {
    const seed = new Uint8Array([1, 2, 3]);
    assert.equal(madeUpName("web", seed), madeUpName("web", seed));
    assert.notEqual(madeUpName("web", seed), madeUpName("db", seed));
  });

  it("are what the engine proposes, and none where it switched them off", async () => {
    assert.equal(metadataOf(await check({}, { autonaming: { mode: "propose", name: "own" } })).name, "own");
    const { refusals } = await check({}, { autonaming: { mode: "disable", name: "" } });
    assert.deepEqual(
      refusals.map(({ property }) => property),
      ["metadata.name"],
    );
  });

  it("are not made where the program has a name, a beginning of one, or does not know yet", async () => {
    const given: Properties[string][] = [{ name: "mine" }, { generateName: "mine-" }, { name: UNKNOWN }, UNKNOWN];
    for (const metadata of given) {
      assert.deepEqual((await check({ metadata })).inputs["metadata"], metadata);
    }
  });
});

describe("checked inputs", () => {
  it("have a Secret's content as secrets", async () => {
    const { inputs } = await check(
      { kind: "Secret", metadata: { name: "s" }, stringData: { a: "x" }, data: secret({ b: "eQ==" }) },
      { urn: urnOf("core/v1:Secret") },
    );
    assert.deepEqual([inputs["stringData"], inputs["data"]], [secret({ a: "x" }), secret({ b: "eQ==" })]);
  });

  const refused: [string, Properties, string, string][] = [
    ["a patch without a name", { kind: "ConfigMap", metadata: {} }, "core/v1:ConfigMapPatch", "metadata.name"],
    ["a list", { kind: "ConfigMapList" }, "core/v1:ConfigMapList", "kind"],
    ["a Helm release", { chart: "web" }, "helm.sh/v3:Release", "chart"],
    ["metadata that are none", { metadata: "web" }, "core/v1:ConfigMap", "metadata"],
    [
      "a timeout",
      { metadata: { annotations: { "pulumi.com/timeoutSeconds": "soon" } } },
      "core/v1:ConfigMap",
      'metadata.annotations["pulumi.com/timeoutSeconds"]',
    ],
    [
      "a policy",
      { metadata: { annotations: { "pulumi.com/deletionPropagationPolicy": "later" } } },
      "core/v1:ConfigMap",
      'metadata.annotations["pulumi.com/deletionPropagationPolicy"]',
    ],
    [
      "a condition",
      { metadata: { annotations: { "pulumi.com/waitFor": "ready" } } },
      "core/v1:ConfigMap",
      'metadata.annotations["pulumi.com/waitFor"]',
    ],
  ];
  for (const [what, news, type, property] of refused) {
    it(`refuse ${what}`, async () => {
      const { refusals } = await check(news, { urn: urnOf(type) });
      assert.deepEqual(
        refusals.map((refusal) => refusal.property),
        [property],
      );
    });
  }
});

describe("what a resource is about", () => {
  it("is told by its URN, whose name may have colons", () => {
    assert.deepEqual(partsOfUrn("urn:pulumi:dev::shop::a$kubernetes:core/v1:Pod::zoo:ns::x"), {
      type: "kubernetes:core/v1:Pod",
      name: "zoo:ns::x",
    });
  });

  const targets: [string, Properties, object][] = [
    ["apps/v1:Deployment", {}, { apiVersion: "apps/v1", kind: "Deployment", patch: false }],
    ["core/v1:Namespace", {}, { apiVersion: "v1", kind: "Namespace", patch: false }],
    ["core/v1:NamespacePatch", {}, { apiVersion: "v1", kind: "Namespace", patch: true }],
    [
      "example.com/v1:DogPatch",
      { apiVersion: "example.com/v1", kind: "DogPatch" },
      { apiVersion: "example.com/v1", kind: "DogPatch", patch: false },
    ],
  ];
  for (const [type, inputs, expected] of targets)
    it(type, () => assert.deepEqual(targetOf(urnOf(type), inputs), expected));

  it("makes its token and its id", () => {
    assert.equal(tokenOf("v1", "Pod"), "kubernetes:core/v1:Pod");
    assert.equal(tokenOf("networking.istio.io/v1", "Gateway"), "kubernetes:networking.istio.io/v1:Gateway");
    assert.deepEqual([formatId("a", "b"), formatId(undefined, "b")], ["a/b", "b"]);
    assert.deepEqual([parseId("a/b"), parseId("b")], [{ namespace: "a", name: "b" }, { name: "b" }]);
  });
});

describe("how long and how", () => {
  const annotated = (annotations: Properties): Properties => ({ metadata: { annotations } });
  it("the resource's own timeout goes before the annotation", () => {
    const inputs = annotated({ "pulumi.com/timeoutSeconds": "7" });
    assert.deepEqual([timeoutMsOf(inputs, 0), timeoutMsOf(inputs, 3), timeoutMsOf({}, 0)], [7000, 3000, undefined]);
  });

  it("objects are deleted after what they own, custom ones before, unless the program says how", () => {
    assert.equal(propagationOf({}, "apps/v1"), "Foreground");
    assert.equal(propagationOf({}, "rbac.authorization.k8s.io/v1"), "Foreground");
    assert.equal(propagationOf({}, "networking.istio.io/v1"), "Background");
    assert.equal(propagationOf(annotated({ "pulumi.com/deletionPropagationPolicy": "orphan" }), "apps/v1"), "Orphan");
  });
});
