import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** What a canary release is given. */
export interface CanaryReleaseArgs {
  /** Namespace of the Service and the versions. @default "default" */
  readonly namespace?: pulumi.Input<string>;
  /** Name of the Kubernetes Service whose traffic is shared out. */
  readonly service: pulumi.Input<string>;
  /**
   * Name of the Deployment that serves now. With a `workload` it is needed only for the first release of a Service
   * that several Deployments serve already.
   */
  readonly baseline?: pulumi.Input<string>;
  /** Name of the Deployment on trial. Not together with `workload`. */
  readonly candidate?: pulumi.Input<string>;
  /** The workload that the release owns: each changed template becomes a candidate. Not together with `candidate`. */
  readonly workload?: pulumi.Input<WorkloadArgs>;
  /** How the candidate's share of the traffic grows. */
  readonly traffic?: pulumi.Input<TrafficArgs>;
  /** What the candidate must satisfy; all of them, and at least one. */
  readonly criteria: pulumi.Input<pulumi.Input<CriterionArgs>[]>;
  /** Base URL of the Prometheus HTTP API. @default "http://prometheus.istio-system:9090" */
  readonly prometheusUrl?: pulumi.Input<string>;
  /** Longest time without usable metrics before the release ends as inconclusive. @default "5m" */
  readonly maxStall?: pulumi.Input<string>;
  /** Oldest that the newest sample may be; best twice Prometheus' scrape interval or more. @default "2m" */
  readonly maxSampleAge?: pulumi.Input<string>;
  /** Longest wait for a version's pods to be Ready. @default "10m" */
  readonly readyTimeout?: pulumi.Input<string>;
  /** Time between the loser's last request and its removal. @default "30s" */
  readonly gracePeriod?: pulumi.Input<string>;
  /** What to do when somebody else changes the route: put it right, or pause the release. @default "correct" */
  readonly onForeignEdit?: pulumi.Input<"correct" | "pause">;
  /**
   * What becomes of a candidate that is not promoted: `fail` makes `pulumi up` exit non-zero, `report` only reports
   * the verdict in the outputs, which are there in both cases. @default "fail"
   */
  readonly onRollback?: pulumi.Input<"fail" | "report">;
  /**
   * What `pulumi destroy` leaves of a workload: `keep` the version that serves, with its Service and route, or
   * `delete` everything. A release in progress gives all traffic back to the baseline first, in both cases.
   * @default "keep"
   */
  readonly onDestroy?: pulumi.Input<"keep" | "delete">;
  /** Whether the losing Deployment is removed. @default only if a release made it */
  readonly removeLoser?: pulumi.Input<boolean>;
  /** Name of your own VirtualService that is to carry the split, in `namespace`. @default one is made */
  readonly routingReference?: pulumi.Input<string>;
  /** A new value tries the same candidate again. At most 63 characters. @default "" */
  readonly attempt?: pulumi.Input<string>;
  /** Path or text of the kubeconfig. @default $KUBECONFIG, else ~/.kube/config */
  readonly kubeconfig?: pulumi.Input<string>;
  /** How long a driver that has died keeps others from taking over. @default "15s" */
  readonly leaseDuration?: pulumi.Input<string>;
}

export interface WorkloadArgs {
  /** Pod template of the Service's pods. A changed template is a new version. */
  readonly template: pulumi.Input<types.input.core.v1.PodTemplateSpec>;
  /** Number of pods. @default as many as the baseline has, 1 at first */
  readonly replicas?: pulumi.Input<number>;
  /** Ports of the Service; needed only where the Service does not exist yet. */
  readonly ports?: pulumi.Input<pulumi.Input<types.input.core.v1.ServicePort>[]>;
}

export interface TrafficArgs {
  /** How the share grows. @default "check_and_increment" */
  readonly strategy?: pulumi.Input<"check_and_increment">;
  /** Length of an iteration, such as "30s" or "1m30s". @default "30s" */
  readonly interval?: pulumi.Input<string>;
  /** Percentage points that the candidate gains per iteration. Whole, 1 to `maxWeight`. @default 10 */
  readonly step?: pulumi.Input<number>;
  /** Largest share of traffic before promotion, in percent. Whole, 1 to 100. @default 50 */
  readonly maxWeight?: pulumi.Input<number>;
  /** Number of iterations after which the verdict falls. At least 1. @default 10 */
  readonly maxIterations?: pulumi.Input<number>;
  /** Who gets all traffic when the candidate succeeds; `both` keeps the last split. @default "candidate" */
  readonly onSuccess?: pulumi.Input<"candidate" | "baseline" | "both">;
}

/** A success criterion; it has either a `threshold` or a `delta`. */
export interface CriterionArgs {
  /** Name of a metric: iter8_latency (mean, ms), iter8_error_rate (0 to 1), iter8_error_count, or one of your own. */
  readonly metric: pulumi.Input<string>;
  /** The candidate's value must be at most this. */
  readonly threshold?: pulumi.Input<number>;
  /** The candidate's value must be at most (1 + delta) times the baseline's. At least 0. */
  readonly delta?: pulumi.Input<number>;
  /** Requests that a version must have had before its value counts. @default 10 */
  readonly sampleSize?: pulumi.Input<number>;
  /** Roll back as soon as the criterion fails, instead of holding the weight. @default false */
  readonly stopOnFailure?: pulumi.Input<boolean>;
}
