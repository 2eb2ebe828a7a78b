import { setTimeout as sleep } from "node:timers/promises";
import { isNotFound } from "../../../adapters/kubernetes/errors";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import { patiently } from "../cases/patience";
import { between } from "../cases/plan";
import { drawCaseUnderWay, type FaultKind } from "./arena";

/** Whatever happens to the pause, the resume is written: nobody else would. */
export const pauseAndResume: FaultKind = {
  name: "experiment paused and resumed by a person",
  weight: 8,
  plan: (arena, draws) => {
    const run = drawCaseUnderWay(arena, draws);
    const name = run?.experiment?.metadata.name;
    if (run === undefined || name === undefined) return undefined;
    const forMs = between(draws, 300, 5000);
    const { client, disturbances } = arena.context;
    const act = (action: string) =>
      patiently(() => client.merge(EXPERIMENTS, run.namespace, name, { action })).catch((error: unknown) => {
        if (!isNotFound(error)) throw error; // it has ended meanwhile
      });
    return {
      target: `${run.namespace} for ${forMs} ms`,
      run: async () => {
        const calmAgain = disturbances.begin(run.namespace, 5000);
        await act("pause");
        await sleep(forMs);
        await act("resume");
        calmAgain();
      },
    };
  },
};
