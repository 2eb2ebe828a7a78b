import { readBehaviour, readRate, type Behaviour } from "./annotations";
import { Caches, type Kind } from "./caches";
import { RequestCounters } from "./counters";
import type { Pod } from "./model";
import type { ObjectSink } from "./objects";
import { PodLives } from "./podLives";
import { RouteLog } from "./routeLog";
import { routeTo } from "./routing";
import { SeriesStore } from "./series";
import { Simulation, type Target } from "./simulation";

export interface MeshOptions {
  readonly seed: number;
  /** Milliseconds since the epoch; must never go back. */
  readonly now: () => number;
  /** Says `message`, unless something was said for `key` already (by default for the same message). */
  readonly warn: (message: string, key?: string) => void;
}

/** Istio's control plane, data plane and the users' requests in one object; it does nothing by itself. */
export class Mesh {
  readonly counters = new RequestCounters();
  readonly routes = new RouteLog();
  readonly series = new SeriesStore();
  private readonly lives = new PodLives();
  private readonly simulation: Simulation;
  private readonly caches: Caches;
  private readonly behaviours = new WeakMap<Pod, Behaviour>();
  private livePods = new Set<string>();
  private clock: number;
  private outdated = true;

  constructor(private readonly options: MeshOptions) {
    const { seed, warn } = options;
    this.clock = options.now();
    this.caches = new Caches(warn);
    this.simulation = new Simulation({
      seed,
      lives: this.lives,
      onArrival: (arrival) => {
        this.counters.count(arrival);
        this.series.record(arrival);
      },
    });
  }

  /** The kinds of objects that are not known yet; while there are any, no request is sent. */
  unsynced(): readonly Kind[] {
    return this.caches.unsynced();
  }

  /** Takes the changes of one kind of objects. What was due before a change is sent the way it was then. */
  sink(kind: Kind): ObjectSink {
    return this.caches.sink(kind, (apply) => {
      this.run();
      apply();
      this.outdated = true;
    });
  }

  /** Makes the changes that came in effective, as of the moment they came, and sends what is due since. */
  tick(): void {
    if (this.unsynced().length === 0 && this.outdated) {
      this.outdated = false;
      this.reroute();
    }
    this.run();
  }

  private run(): void {
    this.clock = Math.max(this.clock, this.options.now());
    this.simulation.advance(this.clock);
  }

  private reroute(): void {
    const config = this.caches.config();
    this.followPods(config.pods);
    const targets = config.services.flatMap((service): Target[] => {
      const name = `Service ${service.namespace}/${service.name}`;
      const requestsPerSecond = readRate(service.annotations, (problem) => this.options.warn(`${name}: ${problem}`));
      return requestsPerSecond === undefined ? [] : [{ service, requestsPerSecond, route: routeTo(service, config) }];
    });
    this.simulation.setTargets(targets, this.clock);
    for (const { service, route } of targets) {
      this.routes.record(service, route, this.clock, () => this.counters.requestsByWorkload(service));
      if (route.notSimulated.length > 0 && route.virtualService) {
        const { namespace, name } = route.virtualService;
        this.options.warn(`VirtualService ${namespace}/${name}: not simulated: ${route.notSimulated.join(", ")}`);
      }
    }
  }

  private followPods(pods: readonly Pod[]): void {
    const gone = this.livePods;
    this.livePods = new Set(pods.map(({ uid }) => uid));
    for (const uid of gone) if (!this.livePods.has(uid)) this.lives.forget(uid);
    for (const pod of pods) if (pod.ready) this.lives.see(pod, this.behaviourOf(pod), this.clock);
  }

  private behaviourOf(pod: Pod): Behaviour {
    let behaviour = this.behaviours.get(pod);
    if (behaviour === undefined) {
      const { namespace, name, workload } = pod;
      // The pods of a workload have their annotations from one template, whose mistakes need only be said once.
      behaviour = readBehaviour(pod.annotations, (problem) =>
        this.options.warn(`pod ${namespace}/${name}: ${problem}`, `${namespace}/${workload}: ${problem}`),
      );
      this.behaviours.set(pod, behaviour);
    }
    return behaviour;
  }
}
