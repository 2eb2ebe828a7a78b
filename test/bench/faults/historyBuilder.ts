import type { DestinationRule, VirtualService } from "../../../adapters/istio/rules";
import type {
  DriverName,
  ExperimentResource,
  IterationStatus,
  SerinStatus,
} from "../../../adapters/kubernetes/experiment/resource";
import {
  ANNOTATION_EDIT,
  type History,
  type LeaseObject,
  type Version,
  type Write,
} from "../../../bench/faults/history/history";
import type { Tally } from "../../../bench/faults/invariants/tally";

const NAMESPACE = "shop";
const START = Date.parse("2026-01-01T00:00:00Z");

/** Writes a history one change at a time, each with the next revision and 100 ms after the one before. */
export class HistoryBuilder {
  private revision = 0;
  private readonly lists = {
    experiment: [] as Version<ExperimentResource>[],
    virtualService: [] as Version<VirtualService>[],
    destinationRule: [] as Version<DestinationRule>[],
    lease: [] as Version<LeaseObject>[],
    leaderLease: [] as Version<LeaseObject>[],
    writes: [] as Write[],
  };

  get history(): History {
    return this.lists;
  }

  /** ms of the bench's clock; may be put forward. */
  at = 0;

  constructor(private driver: DriverName = "controller") {}

  private version<T>(object: T | undefined, afterGap = false): Version<T> {
    this.revision += 1;
    this.at += 100;
    return { revision: this.revision, at: this.at, object, afterGap };
  }

  record(weight: number, status: RecordOptions = {}): this {
    this.lists.experiment.push(this.version(this.experimentAt(weight, status), status.afterGap));
    return this;
  }

  /** Destinations by subset; `edit` makes it the adversary's. */
  route(
    weights: Readonly<Record<string, number>>,
    { edit, afterGap }: { edit?: string; afterGap?: boolean } = {},
  ): this {
    const route = Object.entries(weights).map(([subset, weight]) => ({
      destination: { host: "reviews", subset },
      weight,
    }));
    const metadata = {
      name: "reviews",
      namespace: NAMESPACE,
      annotations: edit === undefined ? undefined : { [ANNOTATION_EDIT]: edit },
    };
    this.lists.virtualService.push(this.version({ metadata, spec: { http: [{ route }] } }, afterGap));
    return this;
  }

  /** The subsets, by the version that they lead to. */
  subsets(versions: Readonly<Record<string, string>>, afterGap = false): this {
    const subsets = Object.entries(versions).map(([name, version]) => ({ name, labels: { version } }));
    const metadata = { name: "reviews", namespace: NAMESPACE };
    this.lists.destinationRule.push(this.version({ metadata, spec: { host: "reviews", subsets } }, afterGap));
    return this;
  }

  deleted(kind: "virtualService" | "destinationRule"): this {
    (this.lists[kind] as Version<unknown>[]).push(this.version(undefined));
    return this;
  }

  /** Without a status yet. */
  created(): this {
    this.lists.experiment.push(this.version({ ...this.experimentAt(0, {}), status: undefined }));
    return this;
  }

  /** The experiment is given to another driver, and perhaps gets another weight. */
  assign(driver: DriverName, weight = 20): this {
    this.driver = driver;
    return this.record(weight);
  }

  /** The experiment's own. */
  lease(holderIdentity: string): this {
    this.lists.lease.push(this.version({ metadata: { name: "serin-reviews" }, spec: { holderIdentity } }));
    return this;
  }

  /** That of the controllers. */
  leaderLease(holderIdentity: string): this {
    this.lists.leaderLease.push(this.version({ metadata: { name: "serin-controller" }, spec: { holderIdentity } }));
    return this;
  }

  /** The last change was this driver's, and left it so many ms before. */
  by(driver: string, sentBeforeMs = 0): this {
    const write = { plural: "experiments", name: "reviews", revision: this.revision, driver };
    this.lists.writes.push({ ...write, sentAt: this.at - sentBeforeMs });
    return this;
  }

  private experimentAt(weight: number, options: RecordOptions): ExperimentResource {
    const { stage = "iterating", iteration = 1, strategy = "check_and_increment", verdict, paused, history } = options;
    return {
      apiVersion: "iter8.tools/v1alpha1",
      kind: "Experiment",
      metadata: { name: "reviews", namespace: NAMESPACE },
      spec: {
        targetService: { name: "reviews", baseline: "reviews-v1", candidate: "reviews-v2" },
        trafficControl: { strategy, trafficStepSize: 20, maxTrafficPercentage: 50, interval: "2s", maxIterations: 5 },
        serin: { driver: this.driver },
        analysis: { successCriteria: [{ metricName: "iter8_error_rate", toleranceType: "threshold", tolerance: 0.1 }] },
      },
      status: {
        currentIteration: iteration,
        trafficSplitPercentage: { baseline: 100 - weight, candidate: weight },
        serin: { stage, createdAt: iso(0), reason: "", verdict, paused, history },
      },
    };
  }
}

interface RecordOptions {
  readonly stage?: SerinStatus["stage"];
  readonly iteration?: number;
  readonly verdict?: SerinStatus["verdict"];
  readonly paused?: boolean;
  readonly history?: readonly IterationStatus[];
  readonly strategy?: string;
  readonly afterGap?: boolean;
}

/** An iteration that began and was assessed so many ms after the start. */
export function iteration(number: number, startedMs: number, assessedMs: number): IterationStatus {
  return {
    iteration: number,
    startedAt: iso(startedMs),
    assessedAt: iso(assessedMs),
    weight: 20,
    nextWeight: 20,
    met: true,
    reason: "",
  };
}

function iso(ms: number): string {
  return new Date(START + ms).toISOString();
}

/** What is wrong, as "invariant: text". */
export function wrongs({ violations }: Tally): string[] {
  return violations.map(({ invariant, what }) => `${invariant}: ${what}`);
}
