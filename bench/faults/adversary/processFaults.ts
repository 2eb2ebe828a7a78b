import { setTimeout as sleep } from "node:timers/promises";
import type { Draws } from "../../../simulation/random/draws";
import { between, pick } from "../cases/plan";
import { drawDriver, drivers, type Arena, type FaultKind, type Planned, type Target } from "./arena";

/** After a kill the Lease lapses, and a process starts on a busy machine. The leader's Lease is longer than the pulumi drivers'. */
const RECOVERY_MS = { controller: 25_000, pulumi: 12_000 } as const;
/** The leases of drivers, in ms. */
const LEASE_MS = { controller: 10_000, pulumi: 2000 } as const;

function kindOf({ run }: Target): "controller" | "pulumi" {
  return run === undefined ? "controller" : "pulumi";
}

function restartDelay(draws: Draws): number {
  return between(draws, 200, 3000);
}

function killing(
  { context }: Arena,
  { driver, run, replica }: Target,
  restartInMs: number | undefined,
  skewMs = 0,
): Planned {
  const then = restartInMs === undefined ? "left to the controller" : `again after ${restartInMs} ms`;
  return {
    target: `${driver.name}, ${then}${skewMs === 0 ? "" : `, clock off by ${skewMs} ms`}`,
    run: async () => {
      const kind = kindOf({ driver, run });
      const calmAgain = context.disturbances.begin(run?.namespace, RECOVERY_MS[kind]);
      await (run ? run.killPulumi(driver, restartInMs, skewMs) : replica?.kill(restartInMs ?? 0, skewMs));
      calmAgain();
    },
  };
}

export const killController: FaultKind = {
  name: "controller replica killed",
  weight: 6,
  plan: (arena, draws) => {
    const replicas = drivers(arena).filter(({ replica }) => replica !== undefined);
    return replicas.length > 0 ? killing(arena, pick(draws, replicas), restartDelay(draws)) : undefined;
  },
};

export const killLeader: FaultKind = {
  name: "controller leader killed",
  weight: 8,
  plan: (arena, draws) => {
    const leader = arena.leader();
    const found = drivers(arena).find(({ replica }) => replica !== undefined && replica === leader);
    return found && killing(arena, found, restartDelay(draws));
  },
};

export const killPulumi: FaultKind = {
  name: "pulumi driver killed",
  weight: 18,
  plan: (arena, draws) => {
    const pulumis = drivers(arena).filter(({ run }) => run !== undefined);
    if (pulumis.length === 0) return undefined;
    const abandon = arena.takeover && draws.uniform() < 0.3;
    return killing(arena, pick(draws, pulumis), abandon ? undefined : restartDelay(draws));
  },
};

export const skewClock: FaultKind = {
  name: "driver restarted with a wrong clock",
  weight: 7,
  plan: (arena, draws) => {
    const target = drawDriver(arena, draws);
    return (
      target &&
      killing(arena, target, restartDelay(draws), (draws.uniform() < 0.5 ? -1 : 1) * between(draws, 500, 5000))
    );
  },
};

/** It wakes up as a zombie that believes to hold its Lease; meanwhile somebody else may have run `pulumi up`. */
export const freeze: FaultKind = {
  name: "driver stopped beyond its Lease (zombie)",
  weight: 12,
  plan: (arena, draws) => {
    const target = drawDriver(arena, draws);
    if (target === undefined) return undefined;
    const { driver, run } = target;
    const kind = kindOf(target);
    const forMs = LEASE_MS[kind] + between(draws, 300, 4000);
    const second = run !== undefined && draws.uniform() < 0.5;
    return {
      target: `${driver.name} for ${forMs} ms${second ? ", and another pulumi up" : ""}`,
      run: async () => {
        const calmAgain = arena.context.disturbances.begin(run?.namespace, RECOVERY_MS[kind]);
        driver.freeze();
        if (second) await run.startPulumi();
        await sleep(forMs);
        driver.thaw();
        calmAgain();
      },
    };
  },
};
