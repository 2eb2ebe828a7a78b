import { RouteShapeError } from "../adapters/istio/virtualService";
import { driverOf, isOver } from "../adapters/kubernetes/experiment/read";
import { FINALIZER, type ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { keyOf, type Key, type ObjectCache } from "../adapters/kubernetes/objectCache";
import type { MetricDefinition } from "../adapters/prometheus";
import type { Drain } from "../driver/ending";
import { holdBack } from "../driver/hold";
import { readScene, targetsOf } from "../driver/scene";
import { tick } from "../driver/tick";
import type { TickReport } from "../driver/tickResult";
import type { World } from "../driver/world";
import { allReady, type Occurrence } from "../engine";
import { claimsOf, Involved } from "./involved";
import { metricsRefusalOf, refusalOf } from "./refusal";
import type { Takeover } from "./takeover";
import { waitsFor } from "./turn";

/** Never by itself: something has to happen first. */
const NEVER = Number.POSITIVE_INFINITY;

export interface ReleasesOptions {
  readonly experiments: ObjectCache<ExperimentResource>;
  /** A world for one look at one release. */
  readonly world: () => World;
  readonly definitionsFor: (experiment: ExperimentResource) => Promise<readonly MetricDefinition[]>;
  readonly takeover: Takeover;
  /** When a release that can begin is to begin, in ms since 1970; resolves when it is time. Default: at once. */
  readonly beginning?: (experiment: ExperimentResource) => Promise<number>;
  readonly onReport: (report: TickReport, experiment: ExperimentResource) => void;
  /** Has an experiment looked at again. */
  readonly wake: (key: Key) => void;
}

/** Brings each release forward, one look at a time. */
export class Releases {
  readonly involved = new Involved();
  private readonly drains = new Map<Key, Drain>();

  constructor(private readonly options: ReleasesOptions) {}

  /** An experiment was made, changed, or removed by somebody else. */
  noticed(now: ExperimentResource | undefined, before: ExperimentResource | undefined): void {
    const key = keyOf((now ?? before) as ExperimentResource);
    if (now === undefined) {
      this.retire(key, before);
      return;
    }
    if (!isOver(now)) this.involved.set(now);
    this.options.wake(key);
    // One that is about other things now stands in nobody's way any more.
    if (before === undefined || claimsOf(before).join() === claimsOf(now).join()) return;
    for (const rival of this.involved.rivalsOf(before)) this.options.wake(rival);
  }

  /** Looks at one experiment. @returns ms after which to look again by itself */
  async look(key: Key): Promise<number> {
    const { experiments, takeover, onReport } = this.options;
    const [namespace = "", name = ""] = key.split("/");
    const experiment = experiments.get(namespace, name);
    if (experiment === undefined) return NEVER;
    const world = this.options.world();
    const isDeleted = experiment.metadata.deletionTimestamp !== undefined;
    // What has not begun has nothing to undo, and what it finds may be another experiment's.
    const isFree = isOver(experiment) || (isDeleted && experiment.status?.serin === undefined);
    if (isFree) {
      await world.store.removeFinalizer(experiment);
      this.retire(key, experiment);
      return NEVER;
    }
    if (!isDeleted && driverOf(experiment) !== world.driver) return takeover.attempt(experiment);
    const waitMs = isDeleted ? undefined : await this.prepare(world, experiment);
    if (waitMs !== undefined) return waitMs;
    const drain = this.drainOf(key);
    drain.beginsAt = await this.beginningOf(world, experiment);
    const result = await tick(world, namespace, name, drain).catch(asHeld);
    if (result.kind === "held") {
      // A change of the route wakes it. The record is read anew: the finalizer may have been put on.
      await holdBack(world, experiments.get(namespace, name) ?? experiment, result.why);
      return NEVER;
    }
    if (result.kind === "running" || result.kind === "ended") onReport(result.report, experiment);
    if (result.kind === "ended" || result.kind === "gone") this.retire(key, experiment);
    if (result.kind === "running") return result.dueAt - world.clock.now();
    return result.kind === "handedOver" ? 0 : NEVER;
  }

  /**
   * Sees whether it can be carried out and it is its turn. Then it is made sure that it cannot vanish unnoticed.
   *
   * @returns undefined when it can go on; else ms after which to look again
   */
  private async prepare(world: World, experiment: ExperimentResource): Promise<number | undefined> {
    const obstacle = refusalOf(experiment) ?? (await this.obstacleToStart(experiment));
    const cure = obstacle === undefined ? cureOf(experiment) : undefined;
    const told = obstacle ?? cure;
    if (told !== undefined) {
      await holdBack(world, experiment, told);
      return cure === undefined ? NEVER : 0;
    }
    if (!experiment.metadata.finalizers?.includes(FINALIZER)) await world.store.addFinalizer(experiment);
    return undefined;
  }

  private async obstacleToStart(experiment: ExperimentResource): Promise<Occurrence | undefined> {
    if (experiment.status?.serin !== undefined) return undefined;
    const refusal = await metricsRefusalOf(experiment, this.options.definitionsFor);
    if (refusal !== undefined) return refusal;
    if (waitsFor(experiment, this.rivalsOf(experiment)) === undefined) return undefined;
    return { reason: "TargetsNotFound", message: "Target service is being involved in other experiment" };
  }

  /** When the release is to begin, if it can begin now. */
  private async beginningOf(world: World, experiment: ExperimentResource): Promise<number | undefined> {
    const { beginning } = this.options;
    if (beginning === undefined) return undefined;
    const isWaiting = (experiment.status?.serin?.stage ?? "waiting") === "waiting";
    if (!isWaiting || experiment.metadata.deletionTimestamp !== undefined) return undefined;
    if (!allReady(targetsOf(await readScene(world, experiment)))) return undefined;
    return beginning(experiment);
  }

  /** Those that have a hand in the same things and could be carried out. */
  private rivalsOf(experiment: ExperimentResource): ExperimentResource[] {
    const rivals = this.involved.rivalsOf(experiment).flatMap((key) => {
      const [namespace = "", name = ""] = key.split("/");
      return this.options.experiments.get(namespace, name) ?? [];
    });
    return rivals.filter((rival) => rival.status?.serin !== undefined || !isRefused(rival));
  }

  private drainOf(key: Key): Drain {
    const drain = this.drains.get(key) ?? {};
    this.drains.set(key, drain);
    return drain;
  }

  /** Forgets an experiment that is over; those that wait for its Service may go on. */
  private retire(key: Key, experiment: ExperimentResource | undefined): void {
    const rivals = experiment === undefined ? [] : this.involved.rivalsOf(experiment);
    this.involved.remove(key);
    this.drains.delete(key);
    this.options.takeover.forget(key);
    for (const rival of rivals) this.options.wake(rival);
  }
}

/** A route that somebody has bent out of shape holds the release until somebody puts it right. */
function asHeld(error: unknown): { readonly kind: "held"; readonly why: Occurrence } {
  if (!(error instanceof RouteShapeError)) throw error;
  return { kind: "held", why: { reason: "RoutingRulesError", message: error.message } };
}

/** Whether an experiment that has not begun waits for somebody to put it right. */
function isRefused(experiment: ExperimentResource): boolean {
  const conditions = experiment.status?.conditions ?? [];
  return (
    refusalOf(experiment) !== undefined ||
    conditions.some(({ type, status }) => type === "MetricsSynced" && status === "False")
  );
}

/** What is to be told of an experiment that somebody has put right, while its record still says otherwise. */
function cureOf({ status }: ExperimentResource): Occurrence | undefined {
  const isFalse = (wanted: string) =>
    status?.conditions?.some((c) => c.type === wanted && c.status === "False") ?? false;
  if (isFalse("MetricsSynced")) return { reason: "SyncMetricsSucceeded", message: "" };
  const hasBegun = status?.serin?.startedAt !== undefined;
  return hasBegun && isFalse("TargetsProvided") ? { reason: "TargetsFound", message: "" } : undefined;
}
