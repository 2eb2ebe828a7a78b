import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import type { Plan } from "../../engine";
import { METRICS } from "../release/metrics";
import type { LatencyDetail, TrafficScenario } from "../traffic/scenario";
import { explain } from "./explain";
import { releaseSchema, toPlan } from "./releaseSchema";
import { toTraffic, trafficSchema } from "./trafficSchema";

/** A service and a release of it, ready to be simulated. */
export interface Scenario {
  /** What it is about, in a sentence; may be empty. */
  readonly description: string;
  readonly traffic: TrafficScenario;
  readonly plan: Plan;
}

/** A scenario that cannot be used. The message names it, and each field with its value and what is allowed. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
}

const scenarioSchema = z.strictObject({
  description: z.string("must be a text").default(""),
  traffic: trafficSchema,
  release: releaseSchema.prefault({}),
});

/** What a scenario file may hold. */
export type ScenarioFile = z.input<typeof scenarioSchema>;

/**
 * A scenario from the text of a file (YAML, and so JSON too), with every default filled in.
 *
 * @param name of the file, for messages
 * @throws ScenarioError
 */
export function parseScenario(text: string, name: string): Scenario {
  return checkScenario(parseYaml(text, name), name);
}

/**
 * A scenario from the values of a file.
 *
 * @throws ScenarioError
 */
export function checkScenario(values: unknown, name: string): Scenario {
  const result = scenarioSchema.safeParse(values);
  if (!result.success) throw new ScenarioError(`scenario ${name}: ${explain(result.error, values).join("; ")}`);
  const { description, traffic, release } = result.data;
  const plan = toPlan(release);
  return { description, plan, traffic: toTraffic(traffic, latencyFor(plan)) };
}

function parseYaml(text: string, name: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [sentence = "it cannot be read"] = error.message.split("\n");
    throw new ScenarioError(`scenario ${name} is not YAML: ${sentence}`, { cause: error });
  }
}

/** Latency that no criterion looks at is not worth the time. */
function latencyFor({ criteria }: Plan): LatencyDetail {
  const needed = criteria.map(({ metric }) => METRICS[metric]?.latency);
  if (needed.includes("histogram")) return "histogram";
  return needed.includes("mean") ? "mean" : "none";
}
