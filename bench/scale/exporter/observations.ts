import type { ExperimentResource, IterationStatus } from "../../../adapters/kubernetes/experiment/resource";
import { experimentKey, type Release } from "../load/releases";
import type { Shares } from "./traffic";

/** A change of a Service's route, when it arrived here. Times are ms since 1970. */
export interface RouteChange {
  readonly at: number;
  readonly shares: Shares;
}

/** What was seen of one Experiment. */
export interface ObservedExperiment {
  readonly seenAt: number;
  /** When its condition ExperimentCompleted was seen to be true. */
  completedAt?: number;
  verdict?: string;
  winner?: string;
  history: readonly IterationStatus[];
}

/** What was seen of a round. */
export interface Observations {
  /** By Service. */
  readonly routes: Readonly<Record<string, readonly RouteChange[]>>;
  /** By Experiment. */
  readonly experiments: Readonly<Record<string, ObservedExperiment>>;
  /** Arrivals of all writes to routes and Experiments, in their order. */
  readonly writes: readonly number[];
  /** When candidates turned bad, by Service. */
  readonly turnedBad: Readonly<Record<string, number>>;
}

/** Writes down what the watches of one round show. */
export class Recorder {
  private routes: Record<string, RouteChange[]> = {};
  private experiments: Record<string, ObservedExperiment> = {};
  private versions = new Map<string, string | undefined>();
  private writes: number[] = [];
  private wanted: ReadonlySet<string> = new Set();

  /** Forgets the round before, and from now on looks at these experiments only. */
  begin(releases: readonly Release[]): void {
    this.wanted = new Set(releases.map(experimentKey));
    this.routes = {};
    this.experiments = {};
    this.writes = [];
  }

  route(key: string, shares: Shares, at: number): void {
    (this.routes[key] ??= []).push({ at, shares });
    this.writes.push(at);
  }

  /** Shown again as it was (a watch that begins anew does so), it is no write. */
  experiment({ metadata, status }: ExperimentResource, at: number): void {
    const key = experimentKey({ namespace: metadata.namespace, experiment: metadata.name });
    if (!this.wanted.has(key) || this.versions.get(key) === metadata.resourceVersion) return;
    this.versions.set(key, metadata.resourceVersion);
    const seen = (this.experiments[key] ??= { seenAt: at, history: [] });
    if (status?.serin === undefined) return;
    this.writes.push(at);
    seen.history = status.serin.history ?? [];
    seen.verdict = status.serin.verdict;
    seen.winner = status.serin.winner;
    const completed = status.conditions?.some(
      ({ type, status: is }) => type === "ExperimentCompleted" && is === "True",
    );
    if (completed) seen.completedAt ??= at;
  }

  /** How many experiments have been seen, and how many of them completed. */
  progress(): { readonly seen: number; readonly completed: number } {
    const all = Object.values(this.experiments);
    return { seen: all.length, completed: all.filter(({ completedAt }) => completedAt !== undefined).length };
  }

  observations(turnedBad: Observations["turnedBad"]): Observations {
    const { routes, experiments, writes } = this;
    return { routes, experiments, writes, turnedBad };
  }
}
