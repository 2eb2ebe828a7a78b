import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../bench";
import { SHORTEST_MS, PLAN } from "../load/plan";
import { distribution } from "../measure/distribution";
import { EARLY_MS, latenessOfRound } from "../measure/evaluate";
import { across } from "../measure/lateness";
import type { KillResult } from "../results";
import { runRound, type Round } from "./round";

/** How long nothing runs. */
const DOWN_MS = 2_000;

/** A round in the middle of which the controller is killed and started again. */
export async function runKillRound(
  bench: Bench,
  before: Round,
): Promise<{ readonly round: Round; readonly kill: KillResult }> {
  const { controllers, signal, say } = bench;
  let [killedAt, restartedAt, readyAt] = [0, 0, 0];
  const round = await runRound(bench, before, async (from) => {
    await sleep(from + SHORTEST_MS / 2 - Date.now(), undefined, { signal });
    killedAt = Date.now();
    await controllers.killFirst();
    say("the controller was killed");
    await sleep(DOWN_MS, undefined, { signal });
    restartedAt = Date.now();
    await controllers.start();
    readyAt = Date.now();
    say(`the controller is ready again, ${((readyAt - restartedAt) / 1000).toFixed(1)} s after its restart`);
  });
  const straddling = across(latenessOfRound(round.releases, round.observations), killedAt, PLAN.intervalMs);
  const kill: KillResult = {
    startMs: readyAt - restartedAt,
    afterDue: distribution(straddling.map(({ afterDueMs }) => afterDueMs)),
    beyondRestart: distribution(straddling.map(({ seenAt, dueAt }) => seenAt - Math.max(dueAt, restartedAt))),
    early: straddling.filter(({ afterDueMs }) => afterDueMs < -EARLY_MS).length,
  };
  return { round, kill };
}
