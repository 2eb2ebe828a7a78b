import {
  API_VERSION,
  KIND,
  type CriterionSpec,
  type ExperimentResource,
} from "../../adapters/kubernetes/experiment/resource";
import type { Release } from "../scale/load/releases";
import type { ReactionSet } from "./sets";

const ERROR_RATE: CriterionSpec = { metricName: "iter8_error_rate", toleranceType: "threshold", tolerance: 0.05 };
const LATENCY: CriterionSpec = { metricName: "iter8_latency", toleranceType: "threshold", tolerance: 200 };

/** The experiment of a release of a set. */
export function experimentObject(
  { namespace, experiment, service, baseline, candidate }: Release,
  { withLatency }: ReactionSet,
  prometheusURL: string,
): ExperimentResource {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: experiment, namespace },
    spec: {
      targetService: { name: service, baseline, candidate },
      trafficControl: {
        strategy: "guarded",
        interval: "1s",
        trafficStepSize: 10,
        maxTrafficPercentage: 50,
        maxIterations: 120,
      },
      analysis: { successCriteria: withLatency ? [ERROR_RATE, LATENCY] : [ERROR_RATE] },
      serin: { prometheusURL, gracePeriod: "1s", maxSampleAge: "10s" },
    },
  };
}
