import { deepStrictEqual as equal, match, throws } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { parse } from "yaml";
import { CanaryNamespace, type CanaryNamespaceArgs } from "../../../components/canaryNamespace";
import { clusterRules, controllerRules, teamRules } from "../../../components/canaryNamespace/rights";
import { checkedNamespace } from "../../../components/canaryNamespace/rules";
import { Mocks, unknownOutput, valueOf } from "../support/mocks";

const ALL = {
  quota: { pods: "50" },
  limits: { default: { memory: "512Mi" }, defaultRequest: { cpu: "100m" } },
  team: [
    { kind: "Group", name: "shop" },
    { kind: "ServiceAccount", name: "ci" },
  ],
  readers: [{ kind: "User", name: "eve" }],
  controllerNamespace: "iter8",
  metrics: { slow: { query: "a", sampleSizeQuery: "b" } },
  networkPolicy: true,
} satisfies CanaryNamespaceArgs;

async function made(args?: CanaryNamespaceArgs): Promise<[CanaryNamespace, Mocks]> {
  const mocks = await Mocks.start();
  return [await mocks.run(() => new CanaryNamespace("shop", args)), mocks];
}

async function labelsWith(args: CanaryNamespaceArgs): Promise<Record<string, string>> {
  const [, mocks] = await made(args);
  return (mocks.named("shop-namespace").inputs["metadata"] as { labels: Record<string, string> }).labels;
}

describe("CanaryNamespace", function () {
  this.timeout(30_000);

  it("is by default a namespace with sidecars, and nothing in it", async () => {
    const [component, mocks] = await made();
    equal(
      mocks.resources.map(({ type, name, inputs, dependsOn }) => ({ type, name, inputs, dependsOn })),
      [
        { type: "serin:index:CanaryNamespace", name: "shop", inputs: {}, dependsOn: [] },
        {
          type: "kubernetes:core/v1:Namespace",
          name: "shop-namespace",
          dependsOn: [],
          inputs: {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
              name: "shop",
              labels: {
                "app.kubernetes.io/part-of": "serin",
                "istio-injection": "enabled",
                "pod-security.kubernetes.io/enforce": "privileged",
                "pod-security.kubernetes.io/warn": "privileged",
              },
            },
          },
        },
      ],
    );
    equal(await valueOf(component.namespace), "shop");
  });

  it("is as strict as its sidecars allow, unless it is told how strict to be", async () => {
    const level = async (args: CanaryNamespaceArgs): Promise<unknown> =>
      (await labelsWith(args))["pod-security.kubernetes.io/enforce"];
    equal(await level({ cni: true }), "restricted");
    equal(await level({ injection: false }), "restricted");
    equal(await level({ injection: { "istio.io/rev": "a" } }), "privileged");
    equal(await level({ podSecurity: "baseline" }), "baseline");
  });

  it("takes labels, annotations, a name, and labels that ask for sidecars", async () => {
    const labels = await labelsWith({ injection: { "istio.io/rev": "a" }, labels: { team: "shop" } });
    equal([labels["istio.io/rev"], labels["istio-injection"], labels["team"]], ["a", undefined, "shop"]);
    const [, mocks] = await made({ namespace: "shop-prod", annotations: { a: "b" }, injection: false });
    const metadata = mocks.named("shop-namespace").inputs["metadata"] as Record<string, unknown>;
    equal([metadata["name"], metadata["annotations"]], ["shop-prod", { a: "b" }]);
    equal(Object.keys(metadata["labels"] as object).includes("istio-injection"), false);
  });

  it("has all that is asked for, in the namespace and after it", async () => {
    const [, mocks] = await made(ALL);
    const children = mocks.resources.slice(2);
    const found = children.map(({ type, name, inputs }) => {
      const { name: object, namespace } = inputs["metadata"] as { name: string; namespace?: string };
      return [type.split(":").pop(), name, namespace, object];
    });
    equal(
      found.sort((a, b) => (String(a) < String(b) ? -1 : 1)),
      [
        ["ClusterRole", "shop-cluster", undefined, "serin-team-shop"],
        ["ClusterRoleBinding", "shop-cluster", undefined, "serin-team-shop"],
        ["ConfigMap", "shop-metrics", "shop", "iter8config-metrics"],
        ["LimitRange", "shop-limits", "shop", "bounds"],
        ["NetworkPolicy", "shop-network", "shop", "serin"],
        ["ResourceQuota", "shop-quota", "shop", "bounds"],
        ["Role", "shop-controller", "iter8", "serin-team-shop"],
        ["Role", "shop-readers", "shop", "serin-readers"],
        ["Role", "shop-team", "shop", "serin-team"],
        ["RoleBinding", "shop-controller", "iter8", "serin-team-shop"],
        ["RoleBinding", "shop-readers", "shop", "serin-readers"],
        ["RoleBinding", "shop-team", "shop", "serin-team"],
      ],
    );
    for (const { name, parent, dependsOn } of children) {
      equal([parent, dependsOn.includes("shop-namespace")], ["shop", true], name);
    }
  });

  it("binds rights to groups, users and ServiceAccounts", async () => {
    const [, mocks] = await made({ team: [...ALL.team, { kind: "ServiceAccount", name: "ci", namespace: "build" }] });
    const { inputs = {} } = mocks.resources.find(({ type }) => type.endsWith(":RoleBinding")) ?? {};
    equal(inputs["subjects"], [
      { kind: "Group", name: "shop", apiGroup: "rbac.authorization.k8s.io" },
      { kind: "ServiceAccount", name: "ci", namespace: "shop" },
      { kind: "ServiceAccount", name: "ci", namespace: "build" },
    ]);
    equal(inputs["roleRef"], { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "serin-team" });
  });

  it("bounds what is used, and who may call", async () => {
    const [, mocks] = await made({ ...ALL, networkPolicy: { allowFrom: ["edge"] } });
    equal(mocks.named("shop-quota").inputs["spec"], { hard: { pods: "50" } });
    const limits = [{ type: "Container", default: { memory: "512Mi" }, defaultRequest: { cpu: "100m" } }];
    equal(mocks.named("shop-limits").inputs["spec"], { limits });
    const matchExpressions = [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["edge"] }];
    equal(mocks.named("shop-network").inputs["spec"], {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: { matchExpressions } }] }],
    });
  });

  it("hands provider, protection and dependencies on", async () => {
    const mocks = await Mocks.start();
    await mocks.run(() => {
      const provider = new k8s.Provider("cluster", {});
      const controller = new k8s.core.v1.ConfigMap("controller", {});
      return new CanaryNamespace("shop", ALL, { provider, protect: true, dependsOn: [controller] });
    });
    const children = mocks.resources.filter(({ parent }) => parent === "shop");
    equal(children.length, 13);
    for (const { name, provider, protect, dependsOn } of children) {
      match(provider, /::cluster::/, name);
      equal([protect, dependsOn.includes("controller")], [true, true], name);
    }
  });

  it("shows a preview of what is not known yet, without a complaint", async () => {
    const mocks = await Mocks.start({ preview: true });
    const args: CanaryNamespaceArgs = {
      namespace: unknownOutput<string>(),
      injection: unknownOutput<Record<string, string>>(),
      cni: unknownOutput<boolean>(),
      podSecurity: unknownOutput<"baseline">(),
      quota: { pods: unknownOutput<string>() },
      limits: { max: unknownOutput<Record<string, string>>() },
      team: [{ kind: "Group", name: unknownOutput<string>() }],
      networkPolicy: { allowFrom: unknownOutput<string[]>() },
      controllerNamespace: unknownOutput<string>(),
    };
    await mocks.run(() => new CanaryNamespace("shop", args));
    equal([mocks.warnings, mocks.resources.length], [[], 11]);
    equal(JSON.stringify(mocks.resources.map(({ inputs }) => inputs)).includes("Calling"), false);
  });
});

describe("the rights of a team", () => {
  interface Rule {
    readonly apiGroups: string[];
    readonly resources: string[];
    readonly verbs: string[];
    readonly resourceNames?: string[];
  }
  const has = (rules: readonly Rule[], group: string, resource: string, verb: string): boolean =>
    rules.some(
      ({ apiGroups, resources, verbs }) =>
        apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb),
    );

  it("are all that the guide says a release needs", () => {
    const guide = readFileSync(join(__dirname, "..", "..", "..", "docs", "operations.md"), "utf8");
    const [, text = ""] = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(guide) ?? [];
    const documented = (parse(text) as { rules: Rule[] }).rules;
    const given = [...teamRules, ...clusterRules, ...controllerRules] as Rule[];
    const needed = documented.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => [group, resource, verb] as const)),
      ),
    );
    equal(needed.length > 20, true);
    for (const need of needed) equal([...need, has(given, ...need)], [...need, true]);
  });

  it("are for nothing else in the whole cluster but to look", () => {
    for (const { verbs } of [...clusterRules, ...controllerRules] as Rule[]) {
      equal(
        verbs.filter((verb) => !["get", "list"].includes(verb)),
        [],
      );
    }
  });
});

describe("the arguments of CanaryNamespace", () => {
  const metric = { query: "a", sampleSizeQuery: "b" };
  const refused: readonly [CanaryNamespaceArgs, string][] = [
    [{ namespace: "Shop" }, "'namespace' (Shop): must be a name"],
    [{ podSecurity: "none" as "baseline" }, "'podSecurity' (none): must be one of restricted, baseline, privileged"],
    [{ quota: { pods: "many" } }, "'quota.pods' (many): must be a quantity"],
    [{ limits: { max: { cpu: "-1" } } }, "'limits.max.cpu' (-1): must be a quantity"],
    [{ controllerNamespace: "_" }, "'controllerNamespace' (_): must be a name"],
    [
      { team: [{ kind: "Team" as "User", name: "a" }] },
      "'team.0.kind' (Team): must be one of Group, User, ServiceAccount",
    ],
    [{ readers: [{ kind: "User", name: "" }] }, "'readers.0.name' (): must not be empty"],
    [{ networkPolicy: { allowFrom: ["A"] } }, "'networkPolicy.allowFrom.0' (A): must be a name"],
    [{ metrics: { "a/b": metric } }, "'metrics.a/b' ("],
    [{ metrics: { a: { ...metric, query: "" } } }, "'metrics.a.query' (): must not be empty"],
    [
      { metrics: { a: { ...metric, kind: "percentile", bucketsQuery: "c", quantile: 1 } } },
      "'metrics.a.quantile' (1): must be a number between 0 and 1",
    ],
    [{ metrics: { a: { ...metric, kind: "mean" } as never } }, "'metrics.a' ("],
  ];
  for (const [args, message] of refused) {
    it(`are refused: ${message}`, () => {
      throws(
        () => checkedNamespace(args),
        (error: Error) => {
          const whole = `CanaryNamespace ${message}`;
          equal(error.message.slice(0, whole.length), whole);
          return error instanceof pulumi.RunError;
        },
      );
    });
  }

  it("render, whatever valid ones there are", async () => {
    const levels = fc.constantFrom("restricted" as const, "baseline" as const, "privileged" as const);
    const args = fc.record(
      {
        injection: fc.constantFrom(false as const, { "istio.io/rev": "a" }),
        cni: fc.boolean(),
        podSecurity: levels,
        networkPolicy: fc.boolean(),
        quota: fc.constant(ALL.quota),
        team: fc.constant(ALL.team),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(args, async (some) => {
        const labels = await labelsWith(some);
        equal(labels["pod-security.kubernetes.io/enforce"], labels["pod-security.kubernetes.io/warn"]);
      }),
      { numRuns: 20 },
    );
  });
});
