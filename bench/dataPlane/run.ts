import { forEach } from "../scale/load/parallel";
import { Controller } from "./controller";
import type { Flags } from "./flags";
import { runRelease, type ReleaseResult } from "./release";
import type { Stage } from "./stage";
import { measureStanding, type StandingResult } from "./standing";

/** All that a run has measured. */
export interface Results {
  /** What `upSandbox` took, in ms. */
  readonly upMs: number;
  readonly standing: StandingResult;
  /** Undefined when none were asked for. */
  readonly releases?: readonly ReleaseResult[];
}

/** Runs all measures that the flags ask for, one after the other. */
export async function run(stage: Stage, flags: Flags): Promise<Results> {
  const { upMs } = stage;
  const standing = await measureStanding(stage, flags);
  return { upMs, standing, releases: flags.only.includes("reaction") ? await runReleases(stage, flags) : undefined };
}

async function runReleases(stage: Stage, { runs, concurrency }: Flags): Promise<readonly ReleaseResult[]> {
  const controller = await Controller.start(stage);
  try {
    stage.say(`${runs} releases, ${concurrency} at a time`);
    const results: ReleaseResult[] = [];
    const indices = Array.from({ length: runs }, (_, i) => i);
    await forEach(indices, concurrency, async (i) => {
      const result = await runRelease(stage, controller, i);
      results.push(result);
      const { service, outcome } = result;
      const told = "failure" in outcome ? outcome.failure : `${Math.round(outcome.errorToLast)} ms`;
      stage.say(`${results.length}/${runs} ${service}: ${told}`);
    });
    return results;
  } finally {
    await controller.stop();
  }
}
