import { drawAnswer } from "./answer";
import type { ObjectName, Pod } from "./model";
import type { PodLives } from "./podLives";
import { exponential, randomStream, type Random } from "./random";
import type { Branch, Route } from "./routing";

/** A service that gets traffic, and the way it goes. */
export interface Target {
  readonly service: ObjectName;
  readonly requestsPerSecond: number;
  readonly route: Route;
}

/** A request and what became of it. */
export interface Arrival {
  readonly at: number;
  /** The service that the request was sent to; `branch.service` is the one it was routed to. */
  readonly service: ObjectName;
  readonly branch: Branch;
  /** The pod that answered; undefined if none could be reached. */
  readonly pod: Pod | undefined;
  readonly code: number;
  readonly flags: string;
  readonly latencyMs: number;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly lives: PodLives;
  readonly onArrival: (arrival: Arrival) => void;
  /** Arrivals that are further behind than this are dropped, so that a stall is not followed by a flood. */
  readonly maxCatchUpMs?: number;
}

interface Stream {
  target: Target;
  nextAt: number;
  readonly random: Random;
}

/**
 * Poisson arrivals at each target, independent of the answers. Pure but for its state: time comes in as an argument, and
 * each service draws from a random stream of its own, so that a seed and a sequence of calls fix every arrival.
 */
export class Simulation {
  private readonly streams = new Map<string, Stream>();
  private readonly maxCatchUpMs: number;

  constructor(private readonly options: SimulationOptions) {
    this.maxCatchUpMs = options.maxCatchUpMs ?? 2_000;
  }

  /** Replaces the targets, as of `at`. A service whose rate stays the same keeps its next arrival. */
  setTargets(targets: readonly Target[], at: number): void {
    const gone = new Set(this.streams.keys());
    for (const target of targets) {
      const name = `${target.service.namespace}/${target.service.name}`;
      gone.delete(name);
      const known = this.streams.get(name);
      const stream = known ?? { target, nextAt: at, random: randomStream(this.options.seed, name) };
      if (known?.target.requestsPerSecond !== target.requestsPerSecond) {
        stream.nextAt = at + this.gap(stream.random, target.requestsPerSecond);
      }
      stream.target = target;
      this.streams.set(name, stream);
    }
    for (const name of gone) this.streams.delete(name);
  }

  /** Sends every request that is due at or before `to`. */
  advance(to: number): void {
    const from = to - this.maxCatchUpMs;
    for (const stream of this.streams.values()) {
      const { random, target } = stream;
      // An exponential gap has no memory: a new one drawn from `from` leaves the process a Poisson process.
      if (stream.nextAt < from) stream.nextAt = from + this.gap(random, target.requestsPerSecond);
      while (stream.nextAt <= to) {
        this.options.onArrival(this.send(target, random, stream.nextAt));
        stream.nextAt += this.gap(random, target.requestsPerSecond);
      }
    }
  }

  private gap(random: Random, requestsPerSecond: number): number {
    return requestsPerSecond > 0 ? exponential(random, requestsPerSecond / 1000) : Infinity;
  }

  private send({ service, route }: Target, random: Random, at: number): Arrival {
    const branch = pick(route.branches, random);
    const pod = branch.pods[Math.floor(random() * branch.pods.length)];
    if (pod === undefined) {
      const { code, flags } = branch.failure ?? { code: 503, flags: "UH" };
      return { at, service, branch, pod, code, flags, latencyMs: 0 };
    }
    const answer = drawAnswer(this.options.lives.serve(pod, at), random);
    return { at, service, branch, pod, flags: "-", ...answer };
  }
}

function pick(branches: readonly Branch[], random: Random): Branch {
  let rest = random() * branches.reduce((sum, { weight }) => sum + weight, 0);
  for (const branch of branches) {
    rest -= branch.weight;
    if (rest < 0) return branch;
  }
  // Rounding can leave a rest; a branch of weight 0 must not get it.
  const last = branches.filter(({ weight }) => weight > 0).at(-1);
  if (last === undefined) throw new Error("a route needs a branch with a weight above 0");
  return last;
}
