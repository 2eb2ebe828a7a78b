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
   * that several Deployments serve already. @default with a `workload`, the one that serves
   */
  readonly baseline?: pulumi.Input<string>;
  /** Name of the Deployment on trial; needed without a `workload`, not together with one. @default none */
  readonly candidate?: pulumi.Input<string>;
  /** The pods that the release owns: each changed template becomes a candidate. Not together with `candidate`. @default none */
  readonly workload?: pulumi.Input<WorkloadArgs>;
  /** How the candidate's share of the traffic grows. @default as `TrafficArgs` says */
  readonly traffic?: pulumi.Input<TrafficArgs>;
  /** What the candidate must satisfy; all of them, and at least one (none with `increment_without_check`). */
  readonly criteria: pulumi.Input<pulumi.Input<CriterionArgs>[]>;
  /** How evidence is judged. @default as `AnalysisArgs` says */
  readonly analysis?: pulumi.Input<AnalysisArgs>;
  /** A limit on the harm that the release itself may do; strategy `guarded` only. @default none */
  readonly budget?: pulumi.Input<BudgetArgs>;
  /** Base URL of the Prometheus HTTP API. @default "http://prometheus.istio-system:9090" */
  readonly prometheusUrl?: pulumi.Input<string>;
  /** Longest time without usable metrics, or with a weight not in effect, before the release is inconclusive. @default "5m" */
  readonly maxStall?: pulumi.Input<string>;
  /** Oldest that the newest sample may be; best twice Prometheus' scrape interval or more. @default "2m" */
  readonly maxSampleAge?: pulumi.Input<string>;
  /** Longest wait for a version's pods to be Ready. @default "10m" */
  readonly readyTimeout?: pulumi.Input<string>;
  /** Time between the loser's last request and its removal. @default "30s" */
  readonly gracePeriod?: pulumi.Input<string>;
  /**
   * How long a subset has to be there before the route names it, such as "5s": a proxy that knows the route but not the
   * subset yet answers with 503. More in a mesh that istiod takes longer to reach. "0s" (no time) to "5m". @default "1s"
   */
  readonly propagation?: pulumi.Input<string>;
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
  /** Path or text of the kubeconfig. @default `$KUBECONFIG`, else `~/.kube/config` */
  readonly kubeconfig?: pulumi.Input<string>;
  /**
   * Who drives the release: the controller in the cluster, or this `pulumi up`. With the controller, a `pulumi up` that
   * ends early leaves the release going, and the next one joins it. @default the controller where one is at work
   */
  readonly driver?: pulumi.Input<"controller" | "pulumi">;
  /** Namespace of the controller. @default "iter8" */
  readonly controllerNamespace?: pulumi.Input<string>;
  /** How long a driver that has died keeps others from taking over. @default "15s" */
  readonly leaseDuration?: pulumi.Input<string>;
}

/** The pods of a Service that Serin makes and replaces. */
export interface WorkloadArgs {
  /** Pod template of the Service's pods. A changed template is a new version. */
  readonly template: pulumi.Input<types.input.core.v1.PodTemplateSpec>;
  /** Number of pods. @default as many as the baseline has, 1 at first */
  readonly replicas?: pulumi.Input<number>;
  /** Ports of the Service; needed only where it does not exist yet. @default those that it has */
  readonly ports?: pulumi.Input<pulumi.Input<types.input.core.v1.ServicePort>[]>;
}

/** How the candidate's share of the traffic grows. */
export interface TrafficArgs {
  /**
   * How the share grows: Serin's `guarded`, as fast as the evidence allows; or a strategy of Iter8.
   * @default "guarded"
   */
  readonly strategy?: pulumi.Input<
    | "guarded"
    | "check_and_increment"
    | "increment_without_check"
    | "epsilon_greedy"
    | "posterior_bayesian_routing"
    | "optimistic_bayesian_routing"
  >;
  /**
   * Length of an iteration, such as "30s" or "1m30s": how often it looks. Best Prometheus' scrape interval, or a
   * multiple of it. @default "15s" with `guarded`, else "30s"
   */
  readonly interval?: pulumi.Input<string>;
  /** Percentage points that the candidate gains per iteration; the most, with `guarded`. Whole, 1 to `maxWeight`. @default 10 */
  readonly step?: pulumi.Input<number>;
  /**
   * Largest share of traffic before promotion, in percent. A `delta` needs traffic on the baseline, so less than 100.
   * Whole, 1 to 100. @default 50
   */
  readonly maxWeight?: pulumi.Input<number>;
  /**
   * Number of iterations after which the verdict falls at the latest. At least 1.
   * @default 120 with `guarded`, else 10
   */
  readonly maxIterations?: pulumi.Input<number>;
  /** Who gets all traffic when the candidate succeeds; `both` keeps the last split. @default "candidate" */
  readonly onSuccess?: pulumi.Input<"candidate" | "baseline" | "both">;
  /**
   * Bayesian strategies: the probability of being the better version that `reason` compares the candidate's with; it
   * decides nothing. Between 0 and 1. @default 0.95
   */
  readonly confidence?: pulumi.Input<number>;
}

/** How evidence is judged. */
export interface AnalysisArgs {
  /**
   * `sequential`: a test whose error rates hold however often it looks; it ends the release as soon as the evidence is
   * there. `point`: Iter8's rule, which compares the values as they stand.
   * @default "sequential" with `guarded`, else "point"
   */
  readonly mode?: pulumi.Input<"sequential" | "point">;
  /** Sequential: largest probability of rolling back a candidate within all tolerances. Up to 0.5. @default 0.05 */
  readonly alpha?: pulumi.Input<number>;
  /** Sequential: largest probability of promoting a candidate beyond a tolerance. Up to 0.5. @default 0.05 */
  readonly beta?: pulumi.Input<number>;
  /** Sequential: time at the start that is no evidence, and holds the weight, such as "60s". @default none */
  readonly warmup?: pulumi.Input<string>;
}

/** A limit on the harm that the release itself may do. */
export interface BudgetArgs {
  /**
   * Requests that may fail because of the candidate, beyond those that would have failed anyway. The release keeps the
   * weight so low that this holds in expectation, and ends as inconclusive once they are spent. More than 0.
   */
  readonly failedRequests: pulumi.Input<number>;
  /** Metric of the criterion that is the share of failed requests. @default "iter8_error_rate" */
  readonly metric?: pulumi.Input<string>;
}

/** A success criterion; it has either a `threshold` or a `delta`. */
export interface CriterionArgs {
  /** Name of a metric: iter8_latency (mean, ms), iter8_error_rate (0 to 1), iter8_error_count, or one of your own. */
  readonly metric: pulumi.Input<string>;
  /** The candidate's value must be at most this; with direction `higher`, at least. @default none */
  readonly threshold?: pulumi.Input<number>;
  /**
   * The candidate's value must be at most (1 + delta) times the baseline's; with direction `higher`, at least
   * (1 - delta) times. At least 0. @default none
   */
  readonly delta?: pulumi.Input<number>;
  /** Whether small or large values are good. @default "lower" */
  readonly direction?: pulumi.Input<"lower" | "higher">;
  /**
   * With `delta` on a ratio: a share at or under which the candidate is good whatever the baseline's is, such as 0.003.
   * Without it, a service with hardly any errors needs very many requests to be told from a bad one. Sequential only.
   * @default none
   */
  readonly floor?: pulumi.Input<number>;
  /** Bayesian strategies: least and largest value of the metric. @default unbounded */
  readonly range?: pulumi.Input<{ readonly min: number; readonly max: number }>;
  /** Point analysis: requests that a version must have had before its value counts. @default 10 */
  readonly sampleSize?: pulumi.Input<number>;
  /** Point analysis: roll back as soon as the criterion fails, instead of holding the weight. @default false */
  readonly stopOnFailure?: pulumi.Input<boolean>;
}
