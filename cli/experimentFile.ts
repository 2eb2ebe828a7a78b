import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { planOf } from "../adapters/kubernetes/experiment/read";
import { API_VERSION, KIND, type ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Plan } from "../engine";
import { UsageError } from "./errors";

// What is needed to read a plan; the API server checks the rest when the manifest is applied.
const manifest = z.looseObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(KIND),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default("default") }),
  spec: z.looseObject({
    targetService: z.looseObject({ name: z.string(), baseline: z.string(), candidate: z.string() }),
  }),
});

/** An experiment, and the plan that it asks for. */
export interface ExperimentFile {
  readonly experiment: ExperimentResource;
  readonly plan: Plan;
}

/** Reads the manifest that the option `--file` names. @throws UsageError */
export async function readExperiment(file: string): Promise<ExperimentFile> {
  const fail = (why: string, cause?: unknown) => new UsageError(`option '--file' (${file}) ${why}`, { cause });
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw fail(`must be a file that can be read: ${error.message}`, error);
  });
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    throw fail(`must be YAML: ${String((error as Error).message).split("\n")[0]}`, error);
  }
  const checked = manifest.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw fail(`must be an ${KIND} (${API_VERSION}): '${issue?.path.join(".")}': ${issue?.message}`);
  }
  const experiment = checked.data as unknown as ExperimentResource;
  try {
    return { experiment, plan: planOf(experiment) };
  } catch (error) {
    throw fail(`cannot be followed: ${(error as Error).message}`, error);
  }
}
