import type { RequestCounts } from "./measure/audit";
import type { Distribution } from "./measure/distribution";
import type { Evaluation } from "./measure/evaluate";

/** What the controller and the API server spent in some time. */
export interface Cost {
  /** Length of the time, in ms. */
  readonly ms: number;
  readonly requests: RequestCounts;
  readonly prometheusQueries: number;
  /** Processor time, in ms. */
  readonly cpuMs: number;
  readonly apiServerCpuMs: number;
  /** Median of the replicas' memory together, and the most that one of them ever had until then. */
  readonly rssMiB: number;
  readonly peakRssMiB: number;
}

/** What a kill of the only replica did. Times are in ms. */
export interface KillResult {
  /** From the restart to its being ready. */
  readonly startMs: number;
  /** How late the iterations ended that were going on when it was killed. */
  readonly afterDue: Distribution;
  /** The same, but for those that fell due while nothing ran, since the restart. */
  readonly beyondRestart: Distribution;
  readonly early: number;
}

/** What a kill of the leader did. Times are in ms since the kill. */
export interface FailoverResult {
  /** When the Lease had another holder; undefined when there is no Lease. */
  readonly leaseMs?: number;
  /** When the next write to a route or an Experiment was seen. */
  readonly nextWriteMs?: number;
  /** How late the iterations ended that were going on then. */
  readonly afterDue: Distribution;
}

/** One round of releases. */
export interface RoundResult {
  readonly round: number;
  readonly evaluation: Evaluation;
  readonly cost: Cost;
  readonly kill?: KillResult;
  readonly failover?: FailoverResult;
}

/** All that a run has measured. */
export interface Results {
  readonly experiments: number;
  /** The shell command of a controller other than Serin's own. */
  readonly controller?: string;
  readonly startedAt: string;
  readonly cores: number;
  /** Load of the machine, over a minute, before the run. */
  readonly loadBefore: number;
  readonly rounds: readonly RoundResult[];
  readonly idle?: Cost;
  /** Memory of the replicas together, once a second: seconds since the first one, and MiB. */
  readonly rss: readonly (readonly [seconds: number, mebibytes: number])[];
}
