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
    if (!isDeleted && !(await this.mayProceed(world, experiment))) return NEVER;
    const result = await tick(world, namespace, name, this.drainOf(key)).catch(unlessBent);
    if (result instanceof RouteShapeError) {
      // A change of the route is what this waits for, and what wakes it.
      await holdBack(world, experiment, { reason: "RoutingRulesError", message: result.message });
      return NEVER;
    }
    if (result.kind === "running" || result.kind === "ended") onReport(result.report, experiment);
    if (result.kind === "ended" || result.kind === "gone") this.retire(key, experiment);
    if (result.kind === "running") return result.dueAt - world.clock.now();
    return result.kind === "handedOver" ? 0 : NEVER;
  }

  /** Whether it can be carried out and it is its turn. Then it is made sure that it cannot vanish unnoticed. */
  private async mayProceed(world: World, experiment: ExperimentResource): Promise<boolean> {
    const obstacle = refusalOf(experiment) ?? (await this.obstacleToStart(experiment));
    if (obstacle !== undefined) {
      await holdBack(world, experiment, obstacle);
      return false;
    }
    if (!experiment.metadata.finalizers?.includes(FINALIZER)) await world.store.addFinalizer(experiment);
    return true;
  }

  private async obstacleToStart(experiment: ExperimentResource): Promise<Occurrence | undefined> {
    if (experiment.status?.serin !== undefined) return undefined;
    const refusal = await metricsRefusalOf(experiment, this.options.definitionsFor);
    if (refusal !== undefined) return refusal;
    if (waitsFor(experiment, this.rivalsOf(experiment)) === undefined) return undefined;
    return { reason: "TargetsNotFound", message: "Target service is being involved in other experiment" };
  }

  /** The world at the moment at which the release is to begin, if it can begin now; else the world as it is. */
  private async atItsBeginning(world: World, experiment: ExperimentResource): Promise<World> {
    const { beginning } = this.options;
    if (beginning === undefined) return world;
    const isWaiting = (experiment.status?.serin?.stage ?? "waiting") === "waiting";
    if (!isWaiting || experiment.metadata.deletionTimestamp !== undefined) return world;
    if (!allReady(targetsOf(await readScene(world, experiment)))) return world;
    const now = await beginning(experiment);
    return { ...world, clock: { ...world.clock, now: () => now } };
  }

  private rivalsOf(experiment: ExperimentResource): ExperimentResource[] {
    return this.involved.rivalsOf(experiment).flatMap((key) => {
      const [namespace = "", name = ""] = key.split("/");
      return this.options.experiments.get(namespace, name) ?? [];
    });
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
function unlessBent(error: unknown): RouteShapeError {
  if (error instanceof RouteShapeError) return error;
  throw error;
}
