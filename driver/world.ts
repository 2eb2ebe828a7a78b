import type { MetricHistory, Observation } from "../engine";
import type { Deployment, Service } from "../adapters/kubernetes/deployments";
import type { DriverName, ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { ExperimentStore } from "../adapters/kubernetes/experiments";
import type { ServiceRoutes } from "../adapters/istio/routes";
import type { Occurrence } from "../engine";

/** Time, injected so that tests need not wait for it. */
export interface Clock {
  /** ms since 1970, for the record. */
  readonly now: () => number;
  /** ms of a clock that never goes back, for durations. */
  readonly monotonic: () => number;
  /** Returns at once where there is nothing left to wait for. */
  readonly sleep: (ms: number) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * How urgent a write is. Where the API server cannot take them all at once, traffic goes back to the baseline first, then
 * weights change, then records that change no weight are written.
 */
export type Urgency = "rollback" | "step" | "status";

/** The outside world as one release needs it. */
export interface World {
  readonly clock: Clock;
  /** Which of the two drivers this is. A release that the record gives to the other one is left to it. */
  readonly driver: DriverName;
  /** Hears how urgent the writes are that follow. */
  readonly setUrgency?: (urgency: Urgency) => void;
  readonly store: ExperimentStore;
  readonly routesOf: (experiment: ExperimentResource) => ServiceRoutes;
  readonly service: (namespace: string, name: string) => Promise<Service | undefined>;
  readonly deployment: (namespace: string, name: string) => Promise<Deployment | undefined>;
  readonly deleteDeployment: (namespace: string, name: string) => Promise<void>;
  /** Values of the metrics of the experiment's criteria since `startedAt`, in the criteria's order. */
  readonly observe: (experiment: ExperimentResource, startedAt: number, now: number) => Promise<Observation>;
  /**
   * What the metrics of the experiment's criteria did before the release, in the criteria's order; undefined for what nobody
   * knows. Best effort: it never throws.
   */
  readonly history: (experiment: ExperimentResource, now: number) => Promise<readonly (MetricHistory | undefined)[]>;
  /** Tells whoever follows the experiment in the cluster. Best effort: it never throws. */
  readonly announce: (experiment: ExperimentResource, occurrence: Occurrence) => Promise<void>;
}
