import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CanaryControllerArgs, ServiceMonitorArgs } from "./canaryControllerArgs";
import { commonArguments, type Context, makePolicy, makeProgram, makeService, metadataOf, names } from "./context";
import { controllerPolicy, ports } from "./networkPolicies";
import { notifierData } from "./notifiers";
import { labelsOf, selectorOf } from "./pods";
import { ownRights, releaseRights } from "./rights";
import type { Settings } from "./settings";

/** The controller, after all that it needs, so that it is also the first to go: it gives traffic back before it ends. */
export function makeController(
  context: Context,
  after: readonly (pulumi.Resource | undefined)[],
): k8s.apps.v1.Deployment {
  const { settings, prefix } = context;
  const metadata = metadataOf("controller", context);
  const account = new k8s.core.v1.ServiceAccount(`${prefix}-controller`, { metadata }, context.options());
  const rights = makeRights(context, account);
  const notifiers = settings.notifiers && makeNotifiers(context, settings.notifiers);
  const policy = makePolicy(context, "controller", controllerPolicy);
  makeService(context, "controller", `${names.controller}-metrics`, {
    clusterIP: "None", // each replica has metrics of its own
    ports: [{ name: "http-metrics", port: ports.controller, targetPort: "http" }],
  });
  if (settings.serviceMonitor) makeServiceMonitor(context, settings.serviceMonitor);
  return makeProgram(
    context,
    {
      component: "controller",
      serviceAccount: account.metadata.name,
      usesApiServer: true,
      args: controllerArguments(settings),
      env: [
        { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
        // A container that is started again leads again at once.
        { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        // When that is gone, all traffic goes back to the baselines.
        { name: "DEPLOYMENT_NAME", value: names.controller },
      ],
      port: ports.controller,
      replicas: settings.replicas,
      // What is being done is finished, and a controller that is removed gives all traffic back, before it ends.
      gracePeriodSeconds: 60,
      resources: settings.resources,
    },
    [...after, notifiers, policy, ...rights],
  );
}

function controllerArguments(settings: Settings): pulumi.Input<string>[] {
  const { watchNamespace, concurrency, eventsPerSecond } = settings;
  return [
    "controller",
    ...(watchNamespace === undefined ? [] : [`--namespace=${watchNamespace}`]),
    ...commonArguments(settings),
    ...(concurrency === undefined ? [] : [pulumi.interpolate`--concurrency=${concurrency}`]),
    ...(eventsPerSecond === undefined ? [] : [pulumi.interpolate`--events-per-second=${eventsPerSecond}`]),
  ];
}

/** In all namespaces, or in the one; and what concerns the controller itself, in its own. */
function makeRights(context: Context, account: k8s.core.v1.ServiceAccount): pulumi.Resource[] {
  const name = names.controller;
  const resource = `${context.prefix}-controller`;
  const metadata = metadataOf("controller", context);
  const subjects = [{ kind: "ServiceAccount", name: account.metadata.name, namespace: context.namespace }];
  const apiGroup = "rbac.authorization.k8s.io";
  const isEverywhere = context.settings.watchNamespace === undefined;
  const rules = isEverywhere ? ownRights(name) : [...releaseRights, ...ownRights(name)];
  const role = new k8s.rbac.v1.Role(resource, { metadata, rules }, context.options());
  const binding = new k8s.rbac.v1.RoleBinding(
    resource,
    { metadata, roleRef: { apiGroup, kind: "Role", name: role.metadata.name }, subjects },
    context.options(),
  );
  if (!isEverywhere) return [binding];
  const everywhere = { name, labels: labelsOf("controller") };
  const clusterRole = new k8s.rbac.v1.ClusterRole(
    resource,
    { metadata: everywhere, rules: releaseRights },
    context.options(),
  );
  const clusterBinding = new k8s.rbac.v1.ClusterRoleBinding(
    resource,
    { metadata: everywhere, roleRef: { apiGroup, kind: "ClusterRole", name: clusterRole.metadata.name }, subjects },
    context.options(),
  );
  return [binding, clusterBinding];
}

function makeNotifiers(
  context: Context,
  notifiers: NonNullable<CanaryControllerArgs["notifiers"]>,
): k8s.core.v1.ConfigMap {
  const metadata = { ...metadataOf("controller", context), name: "iter8config-notifiers" };
  return new k8s.core.v1.ConfigMap(
    `${context.prefix}-notifiers`,
    { metadata, data: notifierData(notifiers) },
    context.options(),
  );
}

function makeServiceMonitor(context: Context, monitor: true | ServiceMonitorArgs): void {
  const { labels, interval = "15s" }: ServiceMonitorArgs = monitor === true ? {} : monitor;
  new k8s.apiextensions.CustomResource(
    `${context.prefix}-controller-monitor`,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: {
        ...metadataOf("controller", context),
        labels: pulumi.output(labels).apply((more) => ({ ...labelsOf("controller"), ...more })),
      },
      spec: {
        selector: { matchLabels: selectorOf("controller") },
        endpoints: [{ port: "http-metrics", interval, path: "/metrics" }],
      },
    },
    context.options(),
  );
}
