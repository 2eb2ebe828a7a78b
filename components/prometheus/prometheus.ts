import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../common/check";
import { childOptions } from "../common/children";
import { versionOf } from "../common/image";
import { existingRules, prometheusRules } from "./argumentRules";
import { restrictedNamespace } from "../common/restricted";
import { discoveryRights } from "./discoveryRights";
import { policySpec, serviceSpec } from "./network";
import { labelsOf, PORT, selectorOf, statefulSetSpec } from "./pods";
import type { ExistingPrometheusArgs, PrometheusArgs } from "./prometheusArgs";
import { prometheusConfig, rulesFile, toYaml } from "./prometheusConfig";
import { recordingRules } from "./recordingRules";
import { COMPONENT, settingsOf, type Settings } from "./settings";

/**
 * Installs the Prometheus that releases are judged by, or stands for one that is there already: a StatefulSet, its
 * configuration with rules, the rights to discover pods, a Service and a NetworkPolicy.
 *
 * It scrapes istiod and every pod annotated with `prometheus.io/scrape`, which Istio does for pods with a sidecar and for
 * gateways. A changed configuration is taken over within two minutes, without a restart. It has no alert manager, no
 * authentication and no TLS of its own, and several replicas don't share what they store.
 *
 * @example
 * const prometheus = new Prometheus("prometheus", {
 *   scrapeInterval: "10s",
 *   storage: { size: "50Gi" },
 *   externalLabels: { cluster: "eu-1" },
 * });
 * export const prometheusUrl = prometheus.url;
 */
export class Prometheus extends pulumi.ComponentResource {
  /** Base URL of the HTTP API inside of the cluster. */
  readonly url: pulumi.Output<string>;
  /** Base URL outside of the cluster: the one that was given, else `url`. */
  readonly externalUrl: pulumi.Output<string>;
  /** Namespace that it was installed in; undefined for an existing one. */
  readonly namespace: pulumi.Output<string | undefined>;
  /** Version that runs, the tag of the image; undefined for an existing one. */
  readonly version: pulumi.Output<string | undefined>;
  /** Whether a pod is ready; an existing one is taken to be. */
  readonly ready: pulumi.Output<boolean>;
  /** Whether the counters are recorded that `recordedMetrics()` asks for. */
  readonly recordsCounters: pulumi.Output<boolean>;

  /** @throws RunError naming an argument that is refused, its value and what is allowed */
  constructor(name: string, args: PrometheusArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("serin:index:Prometheus", name, {}, opts);
    const found = args.existing === undefined ? installed(this, name, args, opts) : existing(args, args.existing);
    this.url = found.url;
    this.externalUrl = pulumi.all([found.externalUrl, found.url]).apply(([outside, inside]) => outside ?? inside);
    this.namespace = found.namespace;
    this.version = found.version;
    this.ready = found.ready;
    this.recordsCounters = found.recordsCounters;
    this.registerOutputs({
      url: this.url,
      externalUrl: this.externalUrl,
      namespace: this.namespace,
      version: this.version,
      ready: this.ready,
      recordsCounters: this.recordsCounters,
    });
  }
}

interface Found {
  readonly url: pulumi.Output<string>;
  readonly externalUrl: pulumi.Output<string | undefined>;
  readonly namespace: pulumi.Output<string | undefined>;
  readonly version: pulumi.Output<string | undefined>;
  readonly ready: pulumi.Output<boolean>;
  readonly recordsCounters: pulumi.Output<boolean>;
}

function existing(args: PrometheusArgs, { url, recordsCounters = false }: ExistingPrometheusArgs): Found {
  const strange = Object.entries(args).find(
    ([field, value]) => value !== undefined && !["existing", "externalUrl"].includes(field),
  );
  if (strange !== undefined) {
    throw new pulumi.RunError(`${COMPONENT} '${strange[0]}': is not for an 'existing' one; allowed: externalUrl`);
  }
  const nothing = pulumi.output(undefined);
  return {
    url: pulumi.output(checked<string>(COMPONENT, "existing.url", url, existingRules.url) ?? ""),
    externalUrl: pulumi.output(
      checked<string>(COMPONENT, "externalUrl", args.externalUrl, prometheusRules.externalUrl ?? existingRules.url),
    ),
    namespace: nothing,
    version: nothing,
    ready: pulumi.output(true),
    recordsCounters: pulumi.output(
      checked<boolean>(COMPONENT, "existing.recordsCounters", recordsCounters, existingRules.recordsCounters) ?? false,
    ),
  };
}

function installed(
  parent: Prometheus,
  name: string,
  args: PrometheusArgs,
  opts: pulumi.ComponentResourceOptions | undefined,
): Found {
  const settings = settingsOf(args);
  const { serviceName, image, rules, externalUrl } = settings;
  const after = (...resources: readonly (pulumi.Resource | undefined)[]) => childOptions(parent, opts, ...resources);
  const made = args.createNamespace === true ? makeNamespace(name, settings, after()) : undefined;
  const metadata = { name: serviceName, namespace: settings.namespace, labels: labelsOf(serviceName) };

  const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata }, after(made));
  const rights = makeRights(name, settings, after, account);
  const config = new k8s.core.v1.ConfigMap(
    `${name}-config`,
    {
      metadata,
      data: {
        "prometheus.yml": settings.config.apply((known) => toYaml(prometheusConfig(known))),
        [rulesFile]: rules.apply((known) => toYaml(recordingRules(known))),
      },
    },
    after(made),
  );
  const policy = new k8s.networking.v1.NetworkPolicy(
    `${name}-policy`,
    { metadata, spec: policySpec(settings) },
    after(made),
  );
  const statefulSet = new k8s.apps.v1.StatefulSet(
    `${name}-server`,
    { metadata, spec: statefulSetSpec(settings, args.placement) },
    after(rights, config, policy),
  );
  // A disruption of the only pod cannot be helped, and must not keep a node from being drained.
  if (args.replicas !== undefined && args.replicas !== 1) {
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(serviceName) } } },
      after(made),
    );
  }
  // After the pods, because it is waited for until there is one behind it.
  const service = new k8s.core.v1.Service(
    `${name}-service`,
    { metadata, spec: serviceSpec(settings) },
    after(statefulSet),
  );
  return {
    url: service.metadata.apply((known) => `http://${known.name}.${known.namespace}:${PORT}`),
    externalUrl,
    namespace: service.metadata.namespace,
    version: image.apply(versionOf),
    ready: pulumi.all([statefulSet.status, service.id]).apply(([status]) => (status?.readyReplicas ?? 0) > 0),
    recordsCounters: rules.apply(({ counters }) => counters),
  };
}

function makeNamespace(
  name: string,
  { namespace }: Settings,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Namespace {
  const metadata = { name: namespace, labels: restrictedNamespace };
  return new k8s.core.v1.Namespace(`${name}-namespace`, { metadata }, opts);
}

/** @returns the binding */
function makeRights(
  name: string,
  { namespace, serviceName, config }: Settings,
  after: (...resources: readonly pulumi.Resource[]) => pulumi.CustomResourceOptions,
  account: k8s.core.v1.ServiceAccount,
): k8s.rbac.v1.ClusterRoleBinding {
  // There may be others in other namespaces.
  const metadata = { name: pulumi.interpolate`${serviceName}.${namespace}`, labels: labelsOf(serviceName) };
  const role = new k8s.rbac.v1.ClusterRole(
    `${name}-role`,
    { metadata, rules: config.apply(({ additionalScrapeConfigs }) => discoveryRights(additionalScrapeConfigs)) },
    after(),
  );
  return new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-binding`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace }],
    },
    after(role, account),
  );
}
