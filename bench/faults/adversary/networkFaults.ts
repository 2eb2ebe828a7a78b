import { setTimeout as sleep } from "node:timers/promises";
import type { Draws } from "../../../simulation/random/draws";
import { startPart, stopPart } from "../../../sandbox/cluster";
import { between, pick } from "../cases/plan";
import type { ApiProxy, Weather } from "../proxies/apiProxy";
import { drawDriver, drivers, type Arena, type FaultKind, type Planned, type Target } from "./arena";

/** Longest pause between two tries of a driver, and the time of a try; a controller may also lose its Lease over it. */
const BACKOFF_MS = 25_000;

let apiServerIsDown = false;

export const apiServerDown: FaultKind = {
  name: "API server stopped",
  weight: 3,
  plan: ({ context }, draws) => {
    if (apiServerIsDown) return undefined;
    const forMs = between(draws, 500, 8000);
    const signal = pick(draws, ["SIGTERM", "SIGKILL"] as const);
    const { dir } = context.sandbox;
    return {
      target: `by ${signal}, for ${forMs} ms`,
      run: async () => {
        apiServerIsDown = true;
        const calmAgain = context.disturbances.begin(undefined, BACKOFF_MS);
        try {
          await stopPart(dir, "kube-apiserver", signal);
          await sleep(forMs);
        } finally {
          await startPart(dir, "kube-apiserver");
          apiServerIsDown = false;
          calmAgain();
        }
      },
    };
  },
};

/** Something happens to the way between the API server and a driver, or in one of five cases all drivers. */
function onTheWay(
  arena: Arena,
  draws: Draws,
  what: string,
  forMs: number,
  begin: (proxy: ApiProxy) => void,
  end: (proxy: ApiProxy) => void,
): Planned | undefined {
  const all = draws.uniform() < 0.2;
  const one = drawDriver(arena, draws);
  const targets: readonly Target[] = all ? drivers(arena) : one ? [one] : [];
  const [first] = targets;
  if (first === undefined) return undefined;
  return {
    target: `${all ? `all ${targets.length} drivers` : first.driver.name}${what}, for ${forMs} ms`,
    run: async () => {
      const { disturbances } = arena.context;
      const calmAgain = targets.map(({ run }) => disturbances.begin(run?.namespace, BACKOFF_MS));
      for (const { driver } of targets) begin(driver.proxy);
      await sleep(forMs);
      for (const { driver } of targets) end(driver.proxy);
      for (const calm of calmAgain) calm();
    },
  };
}

function weather(name: string, weight: number, draw: (draws: Draws) => readonly [Weather, string]): FaultKind {
  return {
    name,
    weight,
    plan: (arena, draws) => {
      const [bad, what] = draw(draws);
      const begin = (proxy: ApiProxy) => (proxy.weather = bad);
      const end = (proxy: ApiProxy) => {
        if (proxy.weather === bad) proxy.weather = { kind: "fair" };
      };
      return onTheWay(arena, draws, what, between(draws, 1000, 6000), begin, end);
    },
  };
}

export const apiSlow = weather("requests to the API server delayed", 8, (draws) => {
  const maxDelayMs = between(draws, 200, 4000);
  return [{ kind: "slow", maxDelayMs }, ` by up to ${maxDelayMs} ms`];
});
export const apiCut = weather("answers of the API server broken off", 9, () => [
  { kind: "cut", probability: 0.5 },
  ", every other one",
]);
export const apiRefused = weather("driver cut off from the API server", 6, () => [{ kind: "refuse" }, ""]);

export const watchesReset: FaultKind = {
  name: "watches reset",
  weight: 4,
  plan: (arena, draws) => {
    const reset = (proxy: ApiProxy) => proxy.resetWatches();
    return onTheWay(arena, draws, "", 0, reset, () => undefined);
  },
};

export const watchesStalled: FaultKind = {
  name: "watches stalled silently",
  weight: 4,
  plan: (arena, draws) =>
    onTheWay(
      arena,
      draws,
      "",
      between(draws, 4000, 15_000),
      (proxy) => proxy.stallWatches(),
      (proxy) => proxy.endStall(),
    ),
};
