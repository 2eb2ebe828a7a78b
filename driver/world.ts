import type { MetricHistory, Observation } from "../engine";
import type { Deployment, Service } from "../adapters/kubernetes/deployments";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { ExperimentStore } from "../adapters/kubernetes/experiments";
import type { ServiceRoutes } from "../adapters/istio/routes";
import type { Occurrence } from "../engine";

/** Time, injected so that tests need not wait for it. */
export interface Clock {
  /** ms since 1970, for the record. */
  readonly now: () => number;
  /** ms of a clock that never goes back, for durations. */
  readonly monotonic: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** The outside world as one release needs it. */
export interface World {
  readonly clock: Clock;
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
