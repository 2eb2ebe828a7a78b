import type * as pulumi from "@pulumi/pulumi";
import type { MetricArgs } from "../common/metrics";
import type { PlacementArgs, ResourcesArgs } from "../common/placement";

/** What a canary controller is given. */
export interface CanaryControllerArgs {
  /**
   * Image of Serin, which you build from its Dockerfile and put into your own registry, such as
   * `registry.example/serin:0.1.0`. Its tag is told as the version.
   */
  readonly image: pulumi.Input<string>;
  /** Names of Secrets with which the image is pulled. @default none */
  readonly imagePullSecrets?: pulumi.Input<pulumi.Input<string>[]>;
  /** Namespace of the controller and the analytics service. @default "iter8" */
  readonly namespace?: pulumi.Input<string>;
  /** Whether the namespace is made, with Pod Security's level `restricted`, and removed with the rest. @default true */
  readonly createNamespace?: boolean;
  /**
   * The only namespace whose Experiments are looked after, with no rights anywhere else. `namespace` is then the same.
   *
   * @default all namespaces
   */
  readonly watchNamespace?: string;
  /**
   * What becomes of the type `Experiment`: it is installed and removed with the rest, which removes all records; or it is
   * installed and `kept` when the rest is removed; or it is `absent` here, because something else installs it.
   *
   * @default "installed"
   */
  readonly crd?: "installed" | "kept" | "absent";
  /** Controllers; one leads, the others wait for their turn. 1 to 5. @default 2 */
  readonly replicas?: pulumi.Input<number>;
  /** Base URL of the Prometheus of Experiments that name none. @default "http://prometheus.istio-system:9090" */
  readonly prometheusUrl?: pulumi.Input<string>;
  /** Requests to the API server at a time, 2 to 1000. @default 24 */
  readonly concurrency?: pulumi.Input<number>;
  /** Kubernetes Events written a second, 1 to 1000; faster ones are told together. @default 25 */
  readonly eventsPerSecond?: pulumi.Input<number>;
  /** Least severe lines of the logs. @default "info" */
  readonly logLevel?: pulumi.Input<"trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent">;
  /** CPU and memory of a controller. @default 50m and 128Mi reserved, at most 1 CPU and 512Mi */
  readonly resources?: ResourcesArgs;
  /** Where the pods may run, those of the analytics service too. @default anywhere, spread over nodes */
  readonly placement?: PlacementArgs;
  /** The analytics service, compatible with Iter8's; `false` leaves it out. @default installed */
  readonly analytics?: boolean | AnalyticsArgs;
  /** Metrics for the releases of all namespaces that define none, by name, besides the built-in ones or in place of them. @default none */
  readonly metrics?: Readonly<Record<string, MetricArgs>>;
  /** Channels of notifications by name (letters, digits, `-`, `_`, `.`); their URLs and headers are kept secret. @default none */
  readonly notifiers?: Readonly<Record<string, NotifierArgs>>;
  /** Who may talk to whom, as NetworkPolicies; `false` leaves them out. @default on */
  readonly networkPolicy?: boolean | NetworkArgs;
  /** A ServiceMonitor for the Prometheus operator, whose types must be installed. @default none */
  readonly serviceMonitor?: boolean | ServiceMonitorArgs;
}

/** The analytics service. */
export interface AnalyticsArgs {
  /** Number of pods, 1 to 20. @default 2 */
  readonly replicas?: pulumi.Input<number>;
  /** CPU and memory of a replica. @default 50m and 128Mi reserved, at most 1 CPU and 512Mi */
  readonly resources?: ResourcesArgs;
}

/** A channel of notifications. */
export interface NotifierArgs {
  /** `slack`: an incoming webhook of Slack; `webhook`: a POST of JSON. */
  readonly notifier: "slack" | "webhook";
  /** Where to, `http://` or `https://`. A secret. */
  readonly url: pulumi.Input<string>;
  /** The least important occurrence that is told. @default "normal" */
  readonly level?: pulumi.Input<"error" | "warning" | "normal" | "verbose">;
  /** Only Experiments in this namespace. @default all */
  readonly namespace?: pulumi.Input<string>;
  /** Only Experiments with all of these labels. @default any */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** `webhook` only: sent with each notification. Secrets. @default none */
  readonly headers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What the NetworkPolicies let through. */
export interface NetworkArgs {
  /** Namespaces in which Prometheus is, at least one: it is asked there, and may scrape from there. @default istio-system, monitoring */
  readonly prometheusNamespaces?: readonly string[];
  /** Ports of the API server, seen from a pod; at least one. @default 443, 6443 */
  readonly apiServerPorts?: readonly number[];
}

/** How the Prometheus operator finds the metrics. */
export interface ServiceMonitorArgs {
  /** Labels by which your Prometheus selects ServiceMonitors. @default none */
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Time between two scrapes. @default "15s" */
  readonly interval?: pulumi.Input<string>;
}
