import type { KubernetesClient } from "../adapters/kubernetes/client";
import { planOf } from "../adapters/kubernetes/experiment/read";
import { PrometheusClient } from "../adapters/prometheus";
import { forecastLines } from "../driver/forecastText";
import { askAlone, experimentMetrics } from "../driver/metrics";
import { forecast } from "../engine";
import { experimentFor } from "./experiment";
import type { ReleaseInputs } from "./inputs";
import { modeOf } from "./judgementInputs";
import { routesOf } from "./routes";
import { candidateName } from "./version";
import { stableDeployment } from "./workload";

/**
 * What to expect of a release at the present traffic, in lines for a person. A preview changes nothing and needs no
 * metrics, so one line says why when there is nothing to tell.
 */
export async function outlook(client: KubernetesClient, inputs: ReleaseInputs, now: number): Promise<string[]> {
  if (modeOf(inputs) !== "sequential") return [];
  const stable = await stableDeployment(client, inputs, routesOf(client, inputs));
  if (stable === undefined || stable.metadata.name === candidateName(inputs)) return [];
  const experiment = experimentFor(inputs, stable.metadata.name, false, "pulumi");
  const plan = planOf(experiment);
  // A preview is not worth a long wait.
  const prometheus = new PrometheusClient({ baseURL: inputs.prometheusUrl, retries: 0, timeoutMs: 3000 });
  const expected = forecast(plan, await experimentMetrics(client, () => askAlone(prometheus)).history(experiment, now));
  if (expected !== undefined) return forecastLines(plan, expected);
  return [`plan: nothing can be told yet: ${prometheus.displayName} knows of no requests to ${stable.metadata.name}`];
}
