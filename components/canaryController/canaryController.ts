import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { experimentCrd } from "../../adapters/kubernetes/crd";
import { childOptions } from "../common/children";
import { versionOf } from "../common/image";
import { type MetricArgs, metricsData } from "../common/metrics";
import { restrictedNamespace } from "../common/restricted";
import { makeAnalytics } from "./analytics";
import type { CanaryControllerArgs } from "./canaryControllerArgs";
import { type Context, metadataOf, names } from "./context";
import { makeController } from "./controller";
import { ports } from "./networkPolicies";
import { type Settings, settingsOf } from "./settings";

/**
 * Installs the canary controller, which drives the releases that `kubectl apply` or a pipeline asks for, and the analytics
 * service: the type `Experiment`, rights, configuration, two replicas each with leader election, Services,
 * PodDisruptionBudgets and NetworkPolicies.
 *
 * When it is removed, the controller first gives the traffic of every release in progress back to its baseline and frees the
 * Experiments; then go its rights, the type with all records (unless `crd` is `kept`), and the namespace.
 *
 * Istio and Prometheus have to be there: see `Istio` and `Prometheus`. One controller a cluster, or one a namespace.
 *
 * @example
 * const controller = new CanaryController("canary", {
 *   image: "registry.example/serin:0.1.0",
 *   prometheusUrl: "http://prometheus.monitoring:9090",
 * });
 * export const canaryNamespace = controller.namespace;
 */
export class CanaryController extends pulumi.ComponentResource {
  /** Namespace of the controller, of `iter8config-metrics` and of `iter8config-notifiers`. */
  readonly namespace: pulumi.Output<string>;
  /** Version that runs: the tag of the image. */
  readonly version: pulumi.Output<string>;
  /** Base URL of the analytics service inside of the cluster; undefined where it is left out. */
  readonly analyticsUrl: pulumi.Output<string | undefined>;
  /** Base URL of the Prometheus that is asked where an Experiment names none. */
  readonly prometheusUrl: pulumi.Output<string>;

  /** @throws RunError naming an argument that is refused, its value and what is allowed */
  constructor(name: string, args: CanaryControllerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("serin:index:CanaryController", name, {}, opts);
    const settings = settingsOf(args);
    const made = settings.createNamespace ? this.makeNamespace(name, settings, opts) : undefined;
    const namespace = made?.metadata.name ?? pulumi.output(settings.namespace);
    const type = settings.crd === "absent" ? undefined : this.makeType(name, settings.crd === "kept", opts);
    const options: Context["options"] = (...after) => childOptions(this, opts, ...after);
    const context = { prefix: name, settings, namespace, options };
    const metrics = settings.metrics && this.makeMetrics(context, settings.metrics);
    const controller = makeController(context, [type, metrics]);
    const wanted = settings.analytics ?? true;
    const analytics = wanted === false ? undefined : makeAnalytics(context, wanted === true ? {} : wanted);

    // Known only when they are there, so that what uses them waits.
    this.namespace = pulumi.all([namespace, controller.id]).apply(([known]) => known);
    this.version = pulumi.all([settings.image, controller.id]).apply(([image]) => versionOf(image));
    this.prometheusUrl = pulumi.output(settings.prometheusUrl);
    this.analyticsUrl =
      analytics === undefined
        ? pulumi.output(undefined)
        : pulumi
            .all([namespace, analytics.id])
            .apply(([known]) => `http://${names.analytics}.${known}:${ports.analytics}`);
    this.registerOutputs({
      namespace: this.namespace,
      version: this.version,
      analyticsUrl: this.analyticsUrl,
      prometheusUrl: this.prometheusUrl,
    });
  }

  private makeNamespace(
    name: string,
    settings: Settings,
    opts: pulumi.ComponentResourceOptions | undefined,
  ): k8s.core.v1.Namespace {
    return new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: settings.namespace, labels: restrictedNamespace } },
      childOptions(this, opts),
    );
  }

  private makeMetrics(context: Context, metrics: Readonly<Record<string, MetricArgs>>): k8s.core.v1.ConfigMap {
    const metadata = { ...metadataOf("controller", context), name: "iter8config-metrics" };
    return new k8s.core.v1.ConfigMap(
      `${context.prefix}-metrics`,
      { metadata, data: pulumi.output(metrics).apply(metricsData) },
      context.options(),
    );
  }

  private makeType(
    name: string,
    isKept: boolean,
    opts: pulumi.ComponentResourceOptions | undefined,
  ): k8s.apiextensions.v1.CustomResourceDefinition {
    return new k8s.apiextensions.v1.CustomResourceDefinition(
      `${name}-experiments`,
      experimentCrd as unknown as k8s.types.input.apiextensions.v1.CustomResourceDefinition,
      { ...childOptions(this, opts), retainOnDelete: isKept },
    );
  }
}
