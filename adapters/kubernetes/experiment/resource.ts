import type {
  Action,
  AnalysisMode,
  Direction,
  EvidenceStrength,
  Forecast,
  LastState,
  OnSuccess,
  ReleaseState,
  Stage,
  ToleranceType,
  Verdict,
} from "../../../engine";

export const GROUP = "iter8.tools";
export const VERSION = "v1alpha1";
export const API_VERSION = `${GROUP}/${VERSION}`;
export const KIND = "Experiment";
export const PLURAL = "experiments";
/** Keeps a deleted experiment until its traffic is back on the baseline. Iter8's own name. */
export const FINALIZER = "finalizer.iter8-tools";

/** The parts of Kubernetes' ObjectMeta that Serin reads or writes. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** The `Experiment` object: Iter8's fields, and Serin's own under `spec.serin` and `status.serin`. */
export interface ExperimentResource {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: typeof KIND;
  readonly metadata: ObjectMeta;
  readonly spec: ExperimentSpec;
  readonly action?: Action | "";
  readonly metrics?: Readonly<Record<string, MetricEntry>>;
  readonly status?: ExperimentStatus;
}

export interface MetricEntry {
  readonly query_template: string;
  readonly sample_size_template: string;
  readonly is_counter: string;
  readonly absent_value: string;
}

export interface ExperimentSpec {
  readonly targetService: {
    readonly apiVersion?: string;
    readonly name: string;
    /** Only the experiment's own. Default: that. */
    readonly namespace?: string;
    readonly baseline: string;
    readonly candidate: string;
  };
  readonly trafficControl?: {
    readonly strategy?: string;
    readonly maxTrafficPercentage?: number;
    readonly trafficStepSize?: number;
    readonly interval?: string;
    readonly maxIterations?: number;
    readonly onSuccess?: OnSuccess;
    readonly confidence?: number;
  };
  readonly analysis?: {
    /** Base URL of an analytics service that judges in the engine's place. Default: the engine judges. */
    readonly analyticsService?: string;
    readonly grafanaEndpoint?: string;
    readonly successCriteria?: readonly CriterionSpec[];
    /** Handed on to the analytics service; nothing else looks at it. */
    readonly reward?: {
      readonly metricName: string;
      readonly min_max?: { readonly min: number; readonly max: number };
    };
  };
  readonly cleanup?: "delete";
  readonly routingReference?: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly name: string;
    readonly namespace?: string;
  };
  readonly serin?: SerinSpec;
}

export interface CriterionSpec {
  readonly metricName: string;
  readonly toleranceType: ToleranceType;
  readonly tolerance: number;
  readonly sampleSize?: number;
  readonly min_max?: { readonly min: number; readonly max: number };
  readonly stopOnFailure?: boolean;
  /** Serin's own: whether small or large values are good. Default: `lower`. */
  readonly direction?: Direction;
  /** Serin's own: with a delta on a ratio, the share at or under which a candidate is good in any case. */
  readonly floor?: number;
}

/** Who drives a release: the controller in the cluster, or a `pulumi up`. */
export const DRIVERS = ["controller", "pulumi"] as const;
export type DriverName = (typeof DRIVERS)[number];

/** What Serin adds to Iter8's specification. Every field has a default. */
export interface SerinSpec {
  /** Who drives the release. The drivers change it when one takes over from the other. Default: `controller`. */
  readonly driver?: DriverName;
  /** Base URL of the Prometheus HTTP API. Default: the driver's own setting, `http://prometheus.istio-system:9090` at first. */
  readonly prometheusURL?: string;
  /** Longest time without usable metrics, or with a weight not in effect, before the release is inconclusive. Default: `5m`. */
  readonly maxStall?: string;
  /** Oldest that the newest sample may be; best twice Prometheus' scrape interval or more. Default: `2m`. */
  readonly maxSampleAge?: string;
  /** Longest wait for both versions to be Ready. Default: `10m`. */
  readonly readyTimeout?: string;
  /** Time between the loser's last request and its removal. Default: `30s`. */
  readonly gracePeriod?: string;
  /** How long a subset has to be there before the route names it, up to `5m`; `0s`: no time. Default: `1s`. */
  readonly propagation?: string;
  /** What to do when somebody else changes the route: put it right (default), or pause the release. */
  readonly onForeignEdit?: "correct" | "pause";
  /** How evidence is judged. */
  readonly analysis?: {
    /** Default: `sequential` with the strategy `guarded`, else `point`. */
    readonly mode?: AnalysisMode;
    /** Default: 0.05. */
    readonly alpha?: number;
    /** Default: 0.05. */
    readonly beta?: number;
    /** Default: none. */
    readonly warmup?: string;
  };
  /** How many requests may fail because of the candidate; `metric` is by default `iter8_error_rate`. Default: no limit. */
  readonly budget?: { readonly failedRequests: number; readonly metric?: string };
  /** Identifies the try: the same candidate with the same attempt is never tried twice. Default: empty. */
  readonly attempt?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface ExperimentStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  /** ns since 1970, as Iter8 writes them. */
  readonly createTimestamp?: number;
  readonly startTimestamp?: number;
  readonly endTimestamp?: number;
  readonly lastIncrementTime?: string;
  readonly currentIteration?: number;
  readonly analysisState?: AnalysisState;
  readonly grafanaURL?: string;
  readonly assessment?: AssessmentStatus;
  readonly trafficSplitPercentage?: { readonly baseline: number; readonly candidate: number };
  readonly phase?: "Pause" | "Progressing" | "Completed";
  readonly message?: string;
  readonly serin?: SerinStatus;
}

/**
 * In the form of Iter8's `_last_state`: `[sample size, value]` of each criterion at the previous assessment. Beside it,
 * what others remember: Serin's own analysis and the split last seen in effect, and an analytics service, whose `_last_state` is kept as it came.
 */
export interface AnalysisState {
  /** Strategy epsilon_greedy. */
  readonly effective_iteration_count?: number;
  readonly serin?: Pick<ReleaseState, "sequential" | "split">;
  /** `_last_state` of the analytics service that judges: sent back with the next question, by whichever driver. */
  readonly iter8?: LastState;
  readonly baseline?: VersionAnalysisState;
  readonly candidate?: VersionAnalysisState;
}

export interface VersionAnalysisState {
  readonly traffic_percentage: number;
  readonly success_criterion_information: readonly (readonly [number, number | null])[];
}

export interface AssessmentStatus {
  readonly conclusions: readonly string[];
  readonly all_success_criteria_met: boolean;
  readonly abort_experiment: boolean;
  readonly success_criteria: readonly {
    readonly metric_name: string;
    readonly conclusions: readonly string[];
    readonly success_criterion_met: boolean;
    readonly abort_experiment: boolean;
  }[];
}

/** What Serin remembers beside Iter8's status. Times are RFC 3339 with milliseconds. */
export interface SerinStatus {
  readonly stage: Stage;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly iterationStartedAt?: string;
  readonly stalledSince?: string;
  readonly decidedAt?: string;
  readonly endedAt?: string;
  readonly paused?: boolean;
  readonly verdict?: Verdict;
  readonly winner?: string;
  readonly reason: string;
  /** What was to be expected when the release began. */
  readonly forecast?: Forecast;
  /** The evidence of the last assessment. */
  readonly criteria?: readonly CriterionStatus[];
  /** The last iterations, oldest first; at most {@link HISTORY_LIMIT}. */
  readonly history?: readonly IterationStatus[];
}

/** Iterations kept in the status. */
export const HISTORY_LIMIT = 50;

export interface CriterionStatus {
  readonly metric: string;
  readonly toleranceType: ToleranceType;
  readonly tolerance: number;
  readonly unit?: string;
  readonly limit?: number;
  readonly baseline?: number;
  readonly baselineSamples: number;
  readonly candidate?: number;
  readonly candidateSamples: number;
  readonly met: boolean;
  /** Sequential analysis only. */
  readonly evidence?: EvidenceStrength;
  readonly reason: string;
}

export interface IterationStatus {
  readonly iteration: number;
  readonly startedAt: string;
  readonly assessedAt: string;
  /** The candidate's share during the iteration, in percent. */
  readonly weight: number;
  /** The candidate's share decided at its end. */
  readonly nextWeight: number;
  readonly met: boolean;
  readonly reason: string;
}
