import { readFile } from "node:fs/promises";
import { NAMED_SCENARIOS } from "./named";
import { checkScenario, parseScenario, ScenarioError, type Scenario } from "./scenario";

/**
 * The scenario of a name or, if there is none of that name, of a file.
 *
 * @throws ScenarioError if it cannot be read or used
 */
export async function loadScenario(nameOrFile: string): Promise<Scenario> {
  if (Object.hasOwn(NAMED_SCENARIOS, nameOrFile)) return namedScenario(nameOrFile);
  return parseScenario(await textOf(nameOrFile), nameOrFile);
}

/** @throws ScenarioError if there is none of this name */
export function namedScenario(name: string): Scenario {
  if (Object.hasOwn(NAMED_SCENARIOS, name)) return checkScenario(NAMED_SCENARIOS[name], name);
  throw new ScenarioError(`there is no scenario '${name}'; it must be one of ${names()}`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ScenarioError(`'${file}' must be a file that can be read (${why}), or one of ${names()}`, {
      cause: error,
    });
  }
}

function names(): string {
  return Object.keys(NAMED_SCENARIOS).join(", ");
}
