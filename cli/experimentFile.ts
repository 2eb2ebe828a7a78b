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

const wrong = (file: string, why: string, cause?: unknown): UsageError =>
  new UsageError(`option '--file' (${file}) ${why}`, { cause });

/**
 * Reads what the option `--file` names, unchecked.
 *
 * @param readStdin what `-` stands for; default: a file of that name
 * @throws UsageError when it cannot be read or is no YAML
 */
export async function readManifest(file: string, readStdin?: () => Promise<string>): Promise<unknown> {
  const reading = file === "-" && readStdin ? readStdin() : readFile(file, "utf8");
  const text = await reading.catch((error: Error) => {
    throw wrong(file, `must be a file that can be read: ${error.message}`, error);
  });
  try {
    return parse(text);
  } catch (error) {
    throw wrong(file, `must be YAML: ${String((error as Error).message).split("\n")[0]}`, error);
  }
}

/** The experiment that a manifest from the option `--file` describes. @throws UsageError */
export function experimentOf(file: string, parsed: unknown): ExperimentFile {
  const checked = manifest.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw wrong(file, `must be an ${KIND} (${API_VERSION}): '${issue?.path.join(".")}': ${issue?.message}`);
  }
  const experiment = checked.data as unknown as ExperimentResource;
  try {
    return { experiment, plan: planOf(experiment) };
  } catch (error) {
    throw wrong(file, `cannot be followed: ${(error as Error).message}`, error);
  }
}

/** Reads the manifest that the option `--file` names. @throws UsageError */
export async function readExperiment(file: string): Promise<ExperimentFile> {
  return experimentOf(file, await readManifest(file));
}
