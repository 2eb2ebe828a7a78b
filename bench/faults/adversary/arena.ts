import type { Draws } from "../../../simulation/random/draws";
import { pick } from "../cases/plan";
import type { CaseRun } from "../cases/caseRun";
import type { Context } from "../context";
import type { ControllerReplica } from "../drivers/controllers";
import type { Driver } from "../drivers/driver";

/** What the adversary can get at. */
export interface Arena {
  readonly context: Context;
  readonly controllers: readonly ControllerReplica[];
  /** The replica that leads, if that is known. */
  readonly leader: () => ControllerReplica | undefined;
  /** Experiments that have begun and not ended. */
  readonly running: () => readonly CaseRun[];
  /** Whether a killed `pulumi up` may be left to the controller. */
  readonly takeover: boolean;
}

/** A fault that is about to happen. */
export interface Planned {
  /** What it happens to, for the log. */
  readonly target: string;
  /** Resolves when it is over. */
  readonly run: () => Promise<void>;
}

/** A way to interfere. */
export interface FaultKind {
  readonly name: string;
  /** How often, relative to the others. */
  readonly weight: number;
  /** @returns undefined when there is nothing now that it could happen to */
  readonly plan: (arena: Arena, draws: Draws) => Planned | undefined;
}

/** A driver, and the case that it works for; undefined: a replica of the controller. */
export interface Target {
  readonly driver: Driver;
  readonly run?: CaseRun;
  readonly replica?: ControllerReplica;
}

/** Drivers that run and are not frozen. */
export function drivers({ controllers, running }: Arena): Target[] {
  const replicas = controllers.flatMap((replica) => (replica.driver ? [{ driver: replica.driver, replica }] : []));
  const pulumis = running().flatMap((run) => [...run.pulumis].map((driver) => ({ driver, run })));
  return [...replicas, ...pulumis].filter(({ driver }) => driver.runs && !driver.frozen);
}

/** A driver: a replica of the controller in one of three cases, if there are both kinds. */
export function drawDriver(arena: Arena, draws: Draws): Target | undefined {
  const all = drivers(arena);
  const controllers = all.filter(({ replica }) => replica !== undefined);
  const pulumis = all.filter(({ run }) => run !== undefined);
  const isController = draws.uniform() < 1 / 3;
  const from = isController || pulumis.length === 0 ? controllers : pulumis;
  return from.length > 0 ? pick(draws, from) : pulumis.length > 0 ? pick(draws, pulumis) : undefined;
}

/** An experiment that is being tried. */
export function drawCaseUnderWay({ running }: Arena, draws: Draws): CaseRun | undefined {
  const underWay = running().filter((run) => run.isUnderWay);
  return underWay.length > 0 ? pick(draws, underWay) : undefined;
}
