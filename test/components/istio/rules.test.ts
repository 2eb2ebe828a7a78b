import { deepStrictEqual as equal, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { injectionLabels, type IstioArgs } from "../../../components/istio";
import { mergeValues } from "../../../components/istio/mergeValues";
import { revisionsOf } from "../../../components/istio/revisions";
import { checkedGateway, checkedIstio } from "../../../components/istio/rules";
import { tagName, tagWebhooks } from "../../../components/istio/tagWebhooks";
import { typeProps, typesKept, validatingProps, withoutFailurePolicy } from "../../../components/istio/transforms";
import { istiodValues } from "../../../components/istio/values";

describe("the arguments of Istio", () => {
  const refused: readonly [string, IstioArgs, string][] = [
    ["version", { version: "latest" }, "Istio 'version' (latest): must be a version such as 1.27.1"],
    ["namespace", { namespace: "A" }, "Istio 'namespace' (A): must be a name of at most 63"],
    ["revision", { revision: "1.30" }, "Istio 'revision' (1.30): must be at most 50 lower case letters"],
    ["default", { revision: "default" }, `Istio 'revision' (default): must be "" for the control plane without`],
    ["replicas", { replicas: 0 }, "Istio 'replicas' (0): must be a whole number of at least 1"],
    ["repository", { charts: { repository: "charts" } }, "Istio 'charts.repository' (charts): must be a URL"],
    ["path", { charts: { path: "" } }, "Istio 'charts.path' (): must be a folder"],
    ["crds", { crds: "none" as "kept" }, "Istio 'crds' (none): must be installed or kept"],
    [
      "bounds",
      { autoscaling: { minReplicas: 6 } },
      `Istio 'autoscaling' ({"minReplicas":6,"maxReplicas":5}): must have a minReplicas of at most maxReplicas`,
    ],
    [
      "target",
      { autoscaling: { targetCpu: 0 } },
      "Istio 'autoscaling.targetCpu' (0): must be a whole number from 1 to 100",
    ],
    [
      "previous version",
      { previousRevisions: [{ revision: "a", version: "x" }] },
      "Istio 'previousRevisions.0.version' (x): must be a version",
    ],
    [
      "same revision",
      { revision: "a", previousRevisions: [{ revision: "a", version: "1.29.0" }] },
      `Istio 'previousRevisions' ("a"): must name each revision once`,
    ],
    ["unknown default", { revision: "a", defaultRevision: "b" }, `Istio 'defaultRevision' (b): must be one of "a"`],
    [
      "default beside the unnamed",
      { revision: "b", previousRevisions: [{ revision: "", version: "1.29.0" }], defaultRevision: "b" },
      `Istio 'defaultRevision' (b): must be "" as long as`,
    ],
    ["tag", { revision: "a", revisionTags: { prod: "c" } }, `Istio 'revisionTags.prod' (c): must be one of "a"`],
    [
      "tag default",
      { revision: "a", revisionTags: { default: "a" } },
      "Istio 'revisionTags.default' (default): must be neither",
    ],
    ["tag like a revision", { revision: "a", revisionTags: { a: "a" } }, "Istio 'revisionTags.a' (a): must be neither"],
    ["existing", { existing: {}, version: "1.30.5" }, "Istio 'existing' (with version): must be the only argument"],
    ["existing's namespace", { existing: { namespace: "_" } }, "Istio 'existing.namespace' (_): must be a name"],
  ];
  for (const [what, args, message] of refused) {
    it(`are refused: ${what}`, () => {
      throws(
        () => checkedIstio(args),
        (error: Error) => {
          equal(error.message.slice(0, message.length), message);
          return error instanceof pulumi.RunError;
        },
      );
    });
  }

  it("are refused for a gateway, too", () => {
    throws(
      () => checkedGateway({ serviceType: "None" }),
      /'ingressGateway.serviceType' \(None\): must be one of LoadBalancer/,
    );
    throws(() => checkedGateway({ ports: [] }), /'ingressGateway.ports' \(\[\]\): must have at least one port/);
    throws(
      () => checkedGateway({ ports: [{ port: 70000 }] }),
      /'ingressGateway.ports.0.port' \(70000\): must be a whole/,
    );
    throws(() => checkedGateway({ name: "-" }), /'ingressGateway.name' \(-\): must be a name/);
  });
});

describe("the revisions of Istio", () => {
  it("have labels by which namespaces choose them", () => {
    for (const name of [undefined, "", "default"]) equal(injectionLabels(name), { "istio-injection": "enabled" });
    equal(injectionLabels("a"), { "istio.io/rev": "a" });
  });

  it("have a default, for which the control plane without a name needs no tag", () => {
    equal(revisionsOf({}), { newest: "", previous: [], fallback: "", tags: {} });
    equal(revisionsOf({ revision: "b" }).tags, { default: "b" });
    const unnamed = [{ revision: "" }];
    equal(revisionsOf({ revision: "b", previousRevisions: unnamed }), {
      newest: "b",
      previous: [""],
      fallback: "",
      tags: {},
    });
  });

  it("are asked for sidecars by one webhook at most, whatever the labels of namespace and pod", () => {
    const label = (key: string, ...values: string[]): fc.Arbitrary<Record<string, string>> =>
      fc
        .option(fc.constantFrom(...values), { nil: undefined })
        .map((value) => (value === undefined ? {} : { [key]: value }));
    const rev = label("istio.io/rev", "default", "stable");
    const ofNamespace = fc.tuple(rev, label("istio-injection", "enabled", "disabled"));
    const ofPod = fc.tuple(rev, label("sidecar.istio.io/inject", "true", "false"));
    const all = [...tagWebhooks("default", "a", "istio-system"), ...tagWebhooks("stable", "a", "istio-system")];
    fc.assert(
      fc.property(ofNamespace, ofPod, (namespaceLabels, podLabels) => {
        const [namespace, pod] = [Object.assign({}, ...namespaceLabels), Object.assign({}, ...podLabels)] as Labels[];
        const asked = all.filter(
          ({ namespaceSelector, objectSelector }) =>
            selects(namespaceSelector as Selector, namespace ?? {}) && selects(objectSelector as Selector, pod ?? {}),
        );
        return asked.length <= 1;
      }),
      { numRuns: 300 },
    );
  });

  it("have tags whose name tells a namespace that is not the usual one", () => {
    equal(tagName("default", "istio-system"), "istio-revision-tag-default");
    equal(tagName("default", "mesh"), "istio-revision-tag-default-mesh");
  });
});

type Labels = Record<string, string>;
interface Selector {
  readonly matchExpressions: readonly { key: string; operator: string; values?: string[] }[];
}

function selects({ matchExpressions }: Selector, labels: Labels): boolean {
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === "DoesNotExist") return value === undefined;
    if (operator === "In") return value !== undefined && values.includes(value);
    return value === undefined || !values.includes(value);
  });
}

describe("what is changed in Istio's charts", () => {
  const args = (type: string, props: object): pulumi.ResourceTransformArgs =>
    ({ type, name: "any", custom: true, props, opts: { protect: true } }) as pulumi.ResourceTransformArgs;

  it("is nothing but what istiod changes by itself", () => {
    const webhooks = [{ name: "a", failurePolicy: "Ignore", sideEffects: "None" }];
    const type = "kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration";
    equal(withoutFailurePolicy(args(type, { kind: "x", webhooks })), {
      props: { kind: "x", webhooks: [{ name: "a", sideEffects: "None" }] },
      opts: { protect: true },
    });
    const other = "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration";
    equal(withoutFailurePolicy(args(other, { webhooks })), undefined);
    equal(validatingProps({ kind: "x" }), { kind: "x" });
  });

  it("is whether the types are kept", () => {
    const type = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    const metadata = { name: "a", annotations: { "helm.sh/resource-policy": "keep" } };
    equal(typesKept(false)(args(type, { metadata })), {
      props: { metadata: { name: "a" } },
      opts: { protect: true, retainOnDelete: false },
    });
    equal(typesKept(true)(args(type, { metadata }))?.valueOf(), {
      props: { metadata: { name: "a" } },
      opts: { protect: true, retainOnDelete: true },
    });
    equal(typesKept(true)(args("kubernetes:core/v1:Secret", { metadata })), undefined);
    const annotated = { metadata: { annotations: { a: "b", "helm.sh/resource-policy": "keep" } } };
    equal(typeProps(annotated), { metadata: { annotations: { a: "b" } } });
    equal(typeProps({ metadata: { name: "a" } }), { metadata: { name: "a" } });
  });
});

describe("values of Istio's charts", () => {
  it("are merged as deep as they are objects", () => {
    equal(mergeValues({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2], e: undefined }, d: { f: 1 } }), {
      a: { b: 1, c: [2] },
      d: { f: 1 },
    });
  });

  it("render for all arguments, with those of the user on top", () => {
    const values = fc.dictionary(
      fc.constantFrom("global", "cni", "resources", "env"),
      fc.dictionary(fc.string(), fc.integer()),
    );
    const rendered = fc.record(
      {
        replicas: fc.integer({ min: 1 }),
        meshConfig: fc.dictionary(fc.string(), fc.string()),
        configValidation: fc.boolean(),
        cni: fc.boolean(),
        values: fc.record({ istiod: values }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(rendered, fc.constantFrom("", "a"), (args, revision) => {
        const merged = istiodValues(checkedIstio(args), "istio-system", revision);
        equal(merged["revision"], revision);
        for (const [key, over] of Object.entries(args.values?.istiod ?? {})) {
          const part = merged[key] as Record<string, unknown>;
          equal(Object.fromEntries(Object.keys(over).map((name) => [name, part[name]])), { ...over });
        }
      }),
      { numRuns: 200 },
    );
  });
});
