import type { ServiceRoutes } from "../adapters/istio/routes";
import type { CriterionStatus, ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { EvidenceStrength, Forecast, Verdict } from "../engine";

/** What a release reports. Absent members are left out. */
export interface ReleaseOutputs {
  readonly verdict: Verdict;
  /** One sentence for a person. */
  readonly reason: string;
  /** Deployment that ended with all traffic; absent when both versions keep a share. */
  readonly winner?: string;
  /** Deployment that serves now. */
  readonly stableVersion: string;
  /** The Deployment that was on trial. */
  readonly candidateVersion: string;
  /** Iterations that were assessed. */
  readonly iterations: number;
  /** Share of traffic by Deployment, in percent. */
  readonly weights: Readonly<Record<string, number>>;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly assessment: readonly CriterionOutput[];
  /** What was to be expected when the release began; absent where nothing was known, or the analysis is `point`. */
  readonly plan?: Forecast;
  /** The `Experiment` object that holds the whole record; absent when there was nothing to compare. */
  readonly experiment?: string;
}

/** The evidence on one criterion at the last assessment. */
export interface CriterionOutput {
  readonly metric: string;
  readonly toleranceType: "threshold" | "delta";
  readonly tolerance: number;
  readonly baseline?: number;
  readonly candidate?: number;
  readonly limit?: number;
  readonly unit?: string;
  /** Requests of the candidate behind the value. */
  readonly samples: number;
  readonly met: boolean;
  /** Strength of the evidence; sequential analysis only. */
  readonly evidence?: EvidenceStrength;
  readonly reason: string;
}

/** The outputs of an ended experiment. */
export function outputsOf({ metadata, spec, status }: ExperimentResource): ReleaseOutputs {
  const own = status?.serin;
  if (!status || !own?.verdict) throw new Error(`experiment ${metadata.name} has no verdict`);
  const { baseline, candidate } = spec.targetService;
  const split = status.trafficSplitPercentage ?? { baseline: 100, candidate: 0 };
  return {
    verdict: own.verdict,
    reason: own.reason,
    winner: own.winner,
    stableVersion: own.winner ?? (split.candidate > split.baseline ? candidate : baseline),
    candidateVersion: candidate,
    iterations: own.history?.at(-1)?.iteration ?? 0,
    weights: shares([
      [baseline, split.baseline],
      [candidate, split.candidate],
    ]),
    startedAt: own.startedAt,
    endedAt: own.endedAt,
    assessment: (own.criteria ?? []).map(criterionOutput),
    plan: own.forecast,
    experiment: metadata.name,
  };
}

function criterionOutput(c: CriterionStatus): CriterionOutput {
  const { metric, toleranceType, tolerance, baseline, candidate, limit, unit, met, evidence, reason } = c;
  return {
    metric,
    toleranceType,
    tolerance,
    baseline,
    candidate,
    limit,
    unit,
    samples: c.candidateSamples,
    met,
    evidence,
    reason,
  };
}

/** The outputs of a deployment that there was nothing to compare with. */
export function uncomparedOutputs(deployment: string, reason: string, now: number): ReleaseOutputs {
  const at = new Date(now).toISOString();
  return {
    verdict: "promoted",
    reason,
    winner: deployment,
    stableVersion: deployment,
    candidateVersion: deployment,
    iterations: 0,
    weights: { [deployment]: 100 },
    startedAt: at,
    endedAt: at,
    assessment: [],
  };
}

/** Live shares of traffic by Deployment, from the route's subsets; a subset of no known Deployment goes by its name. */
export async function liveWeights(routes: ServiceRoutes, outputs: ReleaseOutputs): Promise<Record<string, number>> {
  const { weights } = await routes.read();
  const names = Object.keys(outputs.weights);
  const deploymentOf: Record<string, string | undefined> = {
    stable: outputs.stableVersion,
    baseline: names.find((name) => name !== outputs.candidateVersion),
    candidate: outputs.candidateVersion,
  };
  return shares(Object.entries(weights).map(([subset, weight]) => [deploymentOf[subset] ?? subset, weight]));
}

/** Versions without traffic are left out. */
function shares(entries: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(entries.filter(([, weight]) => weight > 0));
}
