import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs, ResourcesArgs } from "../common/placement";

/** A Prometheus, to install or to use. */
export interface PrometheusArgs {
  /** A Prometheus that is there already: nothing is installed. Only `externalUrl` goes with it. @default one is installed */
  readonly existing?: ExistingPrometheusArgs;
  /** Namespace that it is installed in. @default "istio-system", where releases look for it */
  readonly namespace?: pulumi.Input<string>;
  /** Whether the namespace is made, too. @default false, it has to be there */
  readonly createNamespace?: boolean;
  /** Name of the Service, and of what belongs to it. A lower case DNS label. @default "prometheus" */
  readonly serviceName?: pulumi.Input<string>;
  /** Fixed IP address of the Service, out of the cluster's range, for clients without the cluster's names. @default one is assigned */
  readonly clusterIP?: pulumi.Input<string>;
  /** Image, version 3.0.0 or later. @default the current long-term release, prom/prometheus:v3.13.3 */
  readonly image?: pulumi.Input<string>;
  /**
   * Number of pods, 1 to 5. Each one scrapes and stores everything by itself; the Service keeps a client at the same one.
   * @default 1
   */
  readonly replicas?: pulumi.Input<number>;
  /**
   * Time between two scrapes of a pod, "1s" to "5m". A release's interval is best this long, or a multiple of it.
   * @default "15s"
   */
  readonly scrapeInterval?: pulumi.Input<string>;
  /** Time between two evaluations of the rules, "1s" to "5m". @default `scrapeInterval` */
  readonly evaluationInterval?: pulumi.Input<string>;
  /** How long samples are kept. @default 15 days, and 80 % of the disk */
  readonly retention?: pulumi.Input<RetentionArgs>;
  /** The disk of each pod; `false` for one that is lost with the pod (10 GiB at most). @default 20Gi each */
  readonly storage?: pulumi.Input<false | StorageArgs>;
  /** What is reserved for a pod, and what it may use at most. @default 200m CPU and 512Mi; at most 2Gi memory */
  readonly resources?: pulumi.Input<ResourcesArgs>;
  /** Where the pods may run. @default anywhere, on different nodes if possible */
  readonly placement?: PlacementArgs;
  /** Istio's control plane, which is scraped, too. @default the one in `istio-system` */
  readonly istio?: pulumi.Input<IstioTargetArgs>;
  /**
   * What is kept of the metrics of annotated pods: `all`, or `istio` for those that Serin reads: Istio's requests and their
   * durations, and Serin's own. Metrics of your applications, for criteria of your own, need `all`. @default "all"
   */
  readonly keep?: pulumi.Input<"all" | "istio">;
  /** Which series are computed in advance. @default `rates` only */
  readonly recordingRules?: pulumi.Input<RecordingRulesArgs>;
  /** More to scrape, as in `scrape_configs`; each with a `job_name` of its own. Secrets only by file, see `secrets`. @default none */
  readonly additionalScrapeConfigs?: pulumi.Input<pulumi.Input<ScrapeConfig>[]>;
  /** More groups of rules, each with a name of its own. @default none */
  readonly additionalRules?: pulumi.Input<pulumi.Input<RuleGroup>[]>;
  /** Labels that everything which leaves this Prometheus gets, such as `{ cluster: "eu-1" }`. @default none */
  readonly externalLabels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Where samples are sent to, as in `remote_write`; each with a `url`. Secrets only by file, see `secrets`. @default none */
  readonly remoteWrite?: pulumi.Input<pulumi.Input<RemoteWrite>[]>;
  /** Names of Secrets of the namespace; their keys are files in `/etc/prometheus-secrets/NAME/`. @default none */
  readonly secrets?: pulumi.Input<pulumi.Input<string>[]>;
  /** Address under which people, and `pulumi up`, reach it from outside of the cluster, http or https. @default the one inside */
  readonly externalUrl?: pulumi.Input<string>;
  /** Namespaces whose pods may ask it. At least one. @default all namespaces of the cluster */
  readonly allowedNamespaces?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A Prometheus that is there already. */
export interface ExistingPrometheusArgs {
  /** Base URL of its HTTP API inside of the cluster, http or https. */
  readonly url: pulumi.Input<string>;
  /** Whether it has the rule that `recordingRules.counters` stands for. @default false */
  readonly recordsCounters?: pulumi.Input<boolean>;
}

/** How long samples are kept: until either bound is reached. */
export interface RetentionArgs {
  /** Oldest that samples become, such as "15d"; at least "2h". @default "15d" */
  readonly time?: pulumi.Input<string>;
  /** Most that they take, such as "16GB" (units B to EB, of 1024 each). @default 80 % of the disk */
  readonly size?: pulumi.Input<string>;
}

/** The disk of a pod. */
export interface StorageArgs {
  /** Size of the volume, such as "20Gi". A new size replaces the StatefulSet. @default "20Gi" */
  readonly size?: pulumi.Input<string>;
  /** StorageClass. @default the cluster's default */
  readonly className?: pulumi.Input<string>;
  /** What becomes of the volumes when the StatefulSet is removed or replaced. @default "delete" */
  readonly onDestroy?: pulumi.Input<"delete" | "keep">;
}

/** Where Istio's control plane is. */
export interface IstioTargetArgs {
  /** Namespace of istiod. @default "istio-system" */
  readonly namespace?: pulumi.Input<string>;
}

/** Which series are computed in advance. */
export interface RecordingRulesArgs {
  /** Requests a second and mean response time by version, for dashboards. @default true */
  readonly rates?: pulumi.Input<boolean>;
  /**
   * The counters that an analysis counts by, summed by version. Worth it for very many callers only, see docs/prometheus.md;
   * releases use them if their namespace has the definitions of `recordedMetrics()`. @default false
   */
  readonly counters?: pulumi.Input<boolean>;
  /** With `counters`, whether histograms are recorded, too, for percentiles. @default true */
  readonly buckets?: pulumi.Input<boolean>;
  /** Namespaces of the versions that are recorded. At least one. @default all namespaces */
  readonly namespaces?: pulumi.Input<pulumi.Input<string>[]>;
}

/** One of Prometheus' `scrape_configs`. */
export interface ScrapeConfig {
  /** Name of the job, the label `job` of its series. */
  readonly job_name: string;
  /** Any other field, as Prometheus has it. */
  readonly [field: string]: unknown;
}

/** One of Prometheus' `remote_write`. */
export interface RemoteWrite {
  /** Where samples are sent to. */
  readonly url: string;
  /** Any other field, as Prometheus has it. */
  readonly [field: string]: unknown;
}

/** A group of Prometheus' rules. */
export interface RuleGroup {
  /** Name of the group, the only one of this name. */
  readonly name: string;
  /** Time between two evaluations of the group. @default `evaluationInterval` */
  readonly interval?: string;
  /** The rules, evaluated in this order. */
  readonly rules: readonly Rule[];
  /** Any other field, as Prometheus has it. */
  readonly [field: string]: unknown;
}

/** A rule: `record` the expression by this name, or `alert` by this name while it has rows. */
export interface Rule {
  /** The expression, PromQL. */
  readonly expr: string;
  /** Name of the series that it is recorded as. @default none */
  readonly record?: string;
  /** Name of the alert. @default none */
  readonly alert?: string;
  /** Any other field, as Prometheus has it. */
  readonly [field: string]: unknown;
}
