import {
  API_VERSION,
  FINALIZER,
  KIND,
  type DriverName,
  type ExperimentResource,
} from "../adapters/kubernetes/experiment/resource";
import { DEFAULTS, type ReleaseInputs } from "./inputs";
import { modeOf } from "./judgementInputs";
import { candidateName, experimentName } from "./version";
import { ownLabels } from "./workload";

/**
 * The experiment that tries the candidate of these inputs against a baseline.
 *
 * @param removesLoser whether whoever drives it is to remove the losing Deployment
 */
export function experimentFor(
  inputs: ReleaseInputs,
  baseline: string,
  removesLoser: boolean,
  driver: DriverName,
): ExperimentResource {
  const { traffic } = inputs;
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: {
      name: experimentName(inputs, baseline),
      namespace: inputs.namespace,
      labels: ownLabels(inputs.service),
      finalizers: [FINALIZER],
    },
    spec: {
      targetService: { apiVersion: "v1", name: inputs.service, baseline, candidate: candidateName(inputs) },
      trafficControl: {
        strategy: traffic.strategy,
        interval: traffic.interval,
        trafficStepSize: traffic.step,
        maxTrafficPercentage: traffic.maxWeight,
        maxIterations: traffic.maxIterations,
        onSuccess: traffic.onSuccess,
        confidence: traffic.confidence,
      },
      analysis: {
        successCriteria: inputs.criteria.map((c) => ({
          metricName: c.metric,
          toleranceType: c.threshold !== undefined ? ("threshold" as const) : ("delta" as const),
          tolerance: c.threshold ?? c.delta ?? 0,
          direction: c.direction,
          ...(c.floor === undefined ? {} : { floor: c.floor }),
          ...(c.range === undefined ? {} : { min_max: c.range }),
          ...(c.sampleSize === undefined ? {} : { sampleSize: c.sampleSize }),
          ...(c.stopOnFailure === undefined ? {} : { stopOnFailure: c.stopOnFailure }),
        })),
      },
      ...(removesLoser ? { cleanup: "delete" as const } : {}),
      ...(inputs.routingReference === undefined
        ? {}
        : {
            routingReference: {
              apiVersion: "networking.istio.io/v1",
              kind: "VirtualService",
              name: inputs.routingReference,
            },
          }),
      serin: {
        driver,
        // Where it is not said, each driver goes by its own setting: the two may reach Prometheus by different addresses.
        ...(inputs.prometheusUrl === DEFAULTS.prometheusUrl ? {} : { prometheusURL: inputs.prometheusUrl }),
        maxStall: inputs.maxStall,
        maxSampleAge: inputs.maxSampleAge,
        readyTimeout: inputs.readyTimeout,
        gracePeriod: inputs.gracePeriod,
        propagation: inputs.propagation,
        onForeignEdit: inputs.onForeignEdit,
        analysis: { ...inputs.analysis, mode: modeOf(inputs) },
        ...(inputs.budget === undefined ? {} : { budget: inputs.budget }),
        attempt: inputs.attempt,
      },
    },
  };
}
