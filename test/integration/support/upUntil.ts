import type { ChildProcess } from "node:child_process";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { isNotFound } from "../../../adapters/kubernetes/errors";
import { LABEL_VERSION } from "../../../provider/version";
import { killTree } from "./processTree";
import type { ReleaseFixture } from "./releaseFixture";

/** What the cluster shows of a release at one moment. */
export interface Sight {
  readonly experiment?: ExperimentResource;
  readonly versions: number;
  readonly share: number;
  /** All traffic goes to the subset `stable`. */
  readonly isStable: boolean;
}

async function look(fixture: ReleaseFixture): Promise<Sight> {
  const [experiments, deployments, rule] = await Promise.all([
    fixture.experiments(),
    fixture.deployments(),
    fixture.virtualService().catch(ifAbsent),
  ]);
  const weightOf = (subset: string) =>
    rule?.spec.http?.[0]?.route?.find(({ destination }) => destination.subset === subset)?.weight ?? 0;
  const versions = deployments.filter(({ metadata }) => metadata.labels?.[LABEL_VERSION]).length;
  return {
    experiment: experiments.at(-1),
    versions,
    share: weightOf("candidate"),
    isStable: weightOf("stable") === 100,
  };
}

function ifAbsent(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

/** Runs `pulumi up` and kills its whole process group once the moment has come. @returns whether it was killed */
export async function upUntil(fixture: ReleaseFixture, reached: (sight: Sight) => boolean): Promise<boolean> {
  let process: ChildProcess | undefined;
  let over = false;
  const up = fixture.stack.up({ onStart: (child) => (process = child) }).finally(() => (over = true));
  while (!over && !reached(await look(fixture))) await new Promise((resolve) => setTimeout(resolve, 5));
  const killed = !over;
  if (killed) await killTree(process as ChildProcess);
  await up;
  return killed;
}
