import { loadScenario, ScenarioError, type Scenario } from "../simulation";
import { UsageError } from "./errors";

/** The scenario that the option `--scenario` names. @throws UsageError */
export async function scenarioFor(name: string): Promise<Scenario> {
  try {
    return await loadScenario(name);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new UsageError(`option '--scenario': ${error.message}`, { cause: error });
  }
}
