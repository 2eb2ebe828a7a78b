import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Flags } from "./arguments";
import { ExporterClient, type Bench } from "./bench";
import { Controllers, type Sample } from "./controller/controllers";
import type { Environment } from "./environment/environment";
import { readAudit } from "./measure/audit";
import { runFailoverRound } from "./phases/failover";
import { runKillRound } from "./phases/kill";
import { meter, withRequests, type MeteredCost } from "./phases/meter";
import { runRound, type Round } from "./phases/round";
import type { Results, RoundResult } from "./results";

/** A round, and what happened to the controllers in it. */
type Disturbed = Pick<RoundResult, "kill" | "failover"> & { readonly round: Round };

/** Runs all phases that the flags ask for, one after the other. */
export async function run(
  flags: Flags,
  environment: Environment,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Results> {
  const [loadBefore = NaN] = loadavg();
  const startedAt = new Date().toISOString();
  const controllers = new Controllers(environment, flags.controllerCommand, signal);
  const exporter = new ExporterClient(environment.exporterUrl);
  const bench: Bench = { flags, environment, controllers, exporter, signal, say };
  try {
    await controllers.start();
    say("the controller is ready");
    const { rounds, idle } = await phases(bench);
    await controllers.stop();
    const requests = await readAudit(environment.auditFolder);
    return {
      experiments: flags.experiments,
      controller: flags.controllerCommand,
      startedAt,
      cores: availableParallelism(),
      loadBefore,
      rounds: rounds.map(({ round: { number, evaluation, cost }, ...rest }) => {
        return { round: number, evaluation, cost: withRequests(cost, requests), ...rest };
      }),
      idle: idle && withRequests(idle, requests),
      rss: series(controllers.samples()),
    };
  } finally {
    await controllers.stop();
  }
}

async function phases(bench: Bench): Promise<{ rounds: readonly Disturbed[]; idle?: MeteredCost }> {
  const { flags, say } = bench;
  const begun = Date.now();
  let last = await runRound(bench, undefined);
  const rounds: Disturbed[] = [{ round: last }];
  const idle = await measureIdle(bench);
  while (rounds.length < flags.rounds || Date.now() - begun < flags.minutes * 60_000) {
    last = await runRound(bench, last);
    rounds.push({ round: last });
  }
  if (flags.kill) {
    const killed = await runKillRound(bench, last);
    rounds.push(killed);
    last = killed.round;
  }
  if (flags.failover) rounds.push(await runFailoverRound(bench, last));
  say("all phases are over");
  return { rounds, idle };
}

async function measureIdle(bench: Bench): Promise<MeteredCost | undefined> {
  const { flags, signal, say } = bench;
  if (flags.idle === 0) return undefined;
  say(`idle for ${flags.idle} s`);
  const stop = await meter(bench);
  await sleep(flags.idle * 1000, undefined, { signal });
  return stop();
}

function series(samples: readonly Sample[]): Results["rss"] {
  const begun = samples[0]?.at ?? 0;
  return samples.map(({ at, rssMiB }) => [Math.round((at - begun) / 1000), Math.round(10 * rssMiB) / 10]);
}
