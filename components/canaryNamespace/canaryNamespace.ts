import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../common/children";
import { recommendedLabels } from "../common/labels";
import type { CanaryNamespaceArgs, SubjectArgs } from "./canaryNamespaceArgs";
import { metricsData } from "../common/metrics";
import { bindingSubjects, limitRangeSpec, namespaceLabels, networkPolicySpec } from "./objects";
import { clusterRules, controllerRules, readerRules, teamRules } from "./rights";
import { checkedNamespace } from "./rules";

const RBAC = "rbac.authorization.k8s.io";

/**
 * A namespace for services that are released by Serin: with sidecars, Pod Security, bounds for what it may use, rights for
 * the team that releases in it and for those who look on, and metrics of its own.
 *
 * The canary controller gives Experiments free when it goes. So make the namespace depend on it (`dependsOn`): then
 * `pulumi destroy` removes the namespace while the controller is still there, and none waits for its Experiments.
 *
 * The team also gets the right to list the VirtualServices of all namespaces and to read types, since a release asks
 * whether its Service is routed from elsewhere.
 *
 * @example
 * const shop = new CanaryNamespace("shop", {
 *   injection: { "istio.io/rev": "1-30-5" },
 *   cni: true,
 *   quota: { pods: "50" },
 *   team: [{ kind: "Group", name: "shop-developers" }],
 * });
 * export const shopNamespace = shop.namespace;
 */
export class CanaryNamespace extends pulumi.ComponentResource {
  /** Its name, known to those who use it when all in it is there. */
  readonly namespace: pulumi.Output<string>;

  private readonly opts: pulumi.ComponentResourceOptions | undefined;
  private readonly prefix: string;

  /** @throws RunError naming an argument that is refused, its value and what is allowed */
  constructor(name: string, args: CanaryNamespaceArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("serin:index:CanaryNamespace", name, {}, opts);
    const checked = checkedNamespace(args);
    this.opts = opts;
    this.prefix = name;
    const made = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: checked.namespace ?? name,
          labels: namespaceLabels(checked),
          ...(checked.annotations === undefined ? {} : { annotations: checked.annotations }),
        },
      },
      childOptions(this, opts),
    );
    const namespace = made.metadata.name;
    const contents = [
      ...this.makeBounds(checked, namespace),
      ...this.makeRights(checked, namespace),
      ...this.makeMetrics(checked, namespace),
      ...this.makeNetworkPolicy(checked, namespace),
    ];
    this.namespace = pulumi.all([namespace, ...contents.map(({ urn }) => urn)]).apply(([known]) => known as string);
    this.registerOutputs({ namespace: this.namespace });
  }

  private makeBounds({ quota, limits }: CanaryNamespaceArgs, namespace: pulumi.Output<string>): pulumi.Resource[] {
    const metadata = this.metadata("namespace", namespace, "bounds");
    const opts = childOptions(this, this.opts);
    const made: pulumi.Resource[] = [];
    if (quota !== undefined) {
      made.push(new k8s.core.v1.ResourceQuota(`${this.prefix}-quota`, { metadata, spec: { hard: quota } }, opts));
    }
    if (limits !== undefined) {
      const spec = limitRangeSpec(limits);
      made.push(new k8s.core.v1.LimitRange(`${this.prefix}-limits`, { metadata, spec }, opts));
    }
    return made;
  }

  private makeRights(args: CanaryNamespaceArgs, namespace: pulumi.Output<string>): pulumi.Resource[] {
    const { team = [], readers = [], controllerNamespace } = args;
    return [
      ...(team.length === 0 ? [] : this.makeClusterRole(team, namespace)),
      ...this.makeRole("team", team, teamRules, namespace, namespace),
      ...this.makeRole("readers", readers, readerRules, namespace, namespace),
      ...(controllerNamespace === undefined
        ? []
        : this.makeRole("controller", team, controllerRules, namespace, controllerNamespace)),
    ];
  }

  /** @param at namespace that the rights are in */
  private makeRole(
    suffix: string,
    subjects: readonly SubjectArgs[],
    rules: k8s.types.input.rbac.v1.PolicyRule[],
    namespace: pulumi.Output<string>,
    at: pulumi.Input<string>,
  ): pulumi.Resource[] {
    if (subjects.length === 0) return [];
    const name = suffix === "controller" ? pulumi.interpolate`serin-team-${namespace}` : `serin-${suffix}`;
    const metadata = this.metadata("rights", at, name);
    const opts = childOptions(this, this.opts);
    const role = new k8s.rbac.v1.Role(`${this.prefix}-${suffix}`, { metadata, rules }, opts);
    const roleRef = { apiGroup: RBAC, kind: "Role", name: role.metadata.name };
    const args = { metadata, roleRef, subjects: bindingSubjects(subjects, namespace) };
    return [role, new k8s.rbac.v1.RoleBinding(`${this.prefix}-${suffix}`, args, opts)];
  }

  private makeClusterRole(subjects: readonly SubjectArgs[], namespace: pulumi.Output<string>): pulumi.Resource[] {
    const name = pulumi.interpolate`serin-team-${namespace}`;
    const metadata = { name, labels: recommendedLabels("serin", "rights") };
    const opts = childOptions(this, this.opts);
    const role = new k8s.rbac.v1.ClusterRole(`${this.prefix}-cluster`, { metadata, rules: clusterRules }, opts);
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: role.metadata.name };
    const args = { metadata, roleRef, subjects: bindingSubjects(subjects, namespace) };
    return [role, new k8s.rbac.v1.ClusterRoleBinding(`${this.prefix}-cluster`, args, opts)];
  }

  private makeMetrics({ metrics }: CanaryNamespaceArgs, namespace: pulumi.Output<string>): pulumi.Resource[] {
    if (metrics === undefined) return [];
    const metadata = this.metadata("metrics", namespace, "iter8config-metrics");
    const args = { metadata, data: pulumi.output(metrics).apply(metricsData) };
    return [new k8s.core.v1.ConfigMap(`${this.prefix}-metrics`, args, childOptions(this, this.opts))];
  }

  private makeNetworkPolicy(
    { networkPolicy }: CanaryNamespaceArgs,
    namespace: pulumi.Output<string>,
  ): pulumi.Resource[] {
    if (networkPolicy === undefined || networkPolicy === false) return [];
    const metadata = this.metadata("network", namespace, "serin");
    const spec = networkPolicySpec(networkPolicy === true ? {} : networkPolicy);
    const opts = childOptions(this, this.opts);
    return [new k8s.networking.v1.NetworkPolicy(`${this.prefix}-network`, { metadata, spec }, opts)];
  }

  private metadata(
    component: string,
    namespace: pulumi.Input<string>,
    name: pulumi.Input<string>,
  ): k8s.types.input.meta.v1.ObjectMeta {
    return { name, namespace, labels: recommendedLabels("serin", component) };
  }
}
