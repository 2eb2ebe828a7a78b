import { setTimeout as sleep } from "node:timers/promises";
import { startPart, stopPart } from "../../../sandbox/cluster";
import { between } from "../cases/plan";
import type { Illness } from "../proxies/prometheusProxy";
import type { FaultKind } from "./arena";

/** A look at the metrics is not given up before all its tries have failed; the driver does nothing else meanwhile. */
const RECOVERY_MS = 20_000;

function illness(name: string, weight: number, kind: Illness): FaultKind {
  return {
    name: `Prometheus ${name}`,
    weight,
    plan: ({ context }, draws) => {
      const { prometheus, disturbances } = context;
      if (prometheus.illness !== undefined) return undefined;
      const forMs = between(draws, 1000, 7000);
      return {
        target: `for ${forMs} ms`,
        run: async () => {
          const calmAgain = disturbances.begin(undefined, RECOVERY_MS);
          prometheus.illness = kind;
          await sleep(forMs);
          prometheus.illness = undefined;
          calmAgain();
        },
      };
    },
  };
}

let isDown = false;

export const prometheusKilled: FaultKind = {
  name: "Prometheus killed",
  weight: 2,
  plan: ({ context }, draws) => {
    if (isDown) return undefined;
    const forMs = between(draws, 500, 5000);
    const { dir } = context.sandbox;
    return {
      target: `for ${forMs} ms`,
      run: async () => {
        isDown = true;
        const calmAgain = context.disturbances.begin(undefined, RECOVERY_MS);
        try {
          await stopPart(dir, "prometheus", "SIGKILL");
          await sleep(forMs);
        } finally {
          await startPart(dir, "prometheus");
          isDown = false;
          calmAgain();
        }
      },
    };
  },
};

export const prometheusRefuses = illness("refuses connections", 3, "refuse");
export const prometheusSlow = illness("answers slowly", 4, "slow");
export const prometheusErrors = illness("answers 500", 3, "error");
export const prometheusGarbage = illness("answers garbage", 3, "garbage");
export const prometheusTruncated = illness("breaks its answers off", 3, "truncated");
