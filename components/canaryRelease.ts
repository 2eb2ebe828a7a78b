import * as pulumi from "@pulumi/pulumi";
import { assertBuilt } from "./build";
import type { CanaryReleaseArgs } from "./canaryReleaseArgs";
import { shim } from "./shim";

/** How a release ended. */
export type Verdict = "promoted" | "rolledBack" | "inconclusive" | "aborted";

/** The evidence on one criterion at the last assessment. */
export interface CriterionResult {
  /** Name of its metric. */
  readonly metric: string;
  /** Whether it is about the value itself, or about the value beside the baseline's. */
  readonly toleranceType: "threshold" | "delta";
  /** The threshold or the delta. */
  readonly tolerance: number;
  /** Value observed of the baseline; absent where there was none. */
  readonly baseline?: number;
  /** Value observed of the candidate; absent where there was none. */
  readonly candidate?: number;
  /** Largest value within the tolerance; with direction `higher`, the least. Absent when not known. */
  readonly limit?: number;
  /** Unit of the values, such as `ms`; absent where the metric has none. */
  readonly unit?: string;
  /** Requests of the candidate behind the value. */
  readonly samples: number;
  /** Whether the criterion was met; with the sequential analysis, whether that was shown. */
  readonly met: boolean;
  /**
   * Strength of the evidence, as e-values: of harm, and of safety, each with what is needed; 1e6 stands for that much or
   * more. Sequential analysis only, and not for counters.
   */
  readonly evidence?: {
    readonly harm: number;
    readonly harmNeeded: number;
    readonly safety: number;
    readonly safetyNeeded: number;
  };
  /** One sentence for a person. */
  readonly reason: string;
}

/** What was to be expected of a release when it began, from the baseline's past. Times are in ms. */
export interface ReleasePlan {
  /** Requests of both versions in a second. */
  readonly requestsPerSecond: number;
  /** The weights of a candidate as good as the baseline, in percent; an entry where the weight changes. */
  readonly schedule: readonly { readonly atMs: number; readonly weight: number }[];
  /** To the largest weight, if nothing speaks against the candidate. */
  readonly shortestMs: number;
  /** To the promotion of a candidate as good as the baseline; absent when it would end as inconclusive. */
  readonly usualMs?: number;
  /** To the end of the plan, where the verdict falls at the latest. */
  readonly longestMs: number;
  /** The smallest regression of each metric that rolls the candidate back in 80 % of the releases; absent if none does. */
  readonly detections: readonly {
    readonly metric: string;
    readonly usual: number;
    readonly limit: number;
    readonly smallest?: number;
  }[];
  /** What this plan cannot do. */
  readonly warnings: readonly string[];
}

/**
 * Releases a new version of a Kubernetes service behind Istio: gives the candidate a growing share of the traffic,
 * judges it against its criteria on Prometheus metrics, then promotes it or rolls it back.
 *
 * `pulumi up` takes as long as the release does. It may be interrupted: the next one carries on from the record in the
 * cluster, the `Experiment` object.
 *
 * @example
 * const image = new pulumi.Config().require("image");
 * const release = new CanaryRelease("reviews", {
 *   service: "reviews",
 *   workload: {
 *     template: { metadata: { labels: { app: "reviews" } }, spec: { containers: [{ name: "reviews", image }] } },
 *     ports: [{ port: 9080 }],
 *   },
 *   criteria: [{ metric: "iter8_error_rate", delta: 0.75, floor: 0.003 }],
 * });
 * export const verdict = release.verdict;
 */
export class CanaryRelease extends pulumi.ComponentResource {
  /** How it ended. */
  readonly verdict: pulumi.Output<Verdict>;
  /** Deployment with all traffic; undefined when both versions keep a share. */
  readonly winner: pulumi.Output<string | undefined>;
  /** Deployment that serves now. */
  readonly stableVersion: pulumi.Output<string>;
  /** Deployment that was on trial. */
  readonly candidateVersion: pulumi.Output<string>;
  /** Iterations that were assessed; 0 when there was nothing to compare with. */
  readonly iterations: pulumi.Output<number>;
  /** Share of traffic by Deployment, in percent. */
  readonly weights: pulumi.Output<Record<string, number>>;
  /** When the first iteration began, RFC 3339. */
  readonly startedAt: pulumi.Output<string | undefined>;
  /** When everything was done, RFC 3339. */
  readonly endedAt: pulumi.Output<string | undefined>;
  /** The evidence, one entry a criterion. */
  readonly assessment: pulumi.Output<CriterionResult[]>;
  /** Why it ended so, in one sentence. */
  readonly reason: pulumi.Output<string>;
  /** What was to be expected when it began; undefined where nothing was known, or the analysis is `point`. */
  readonly plan: pulumi.Output<ReleasePlan | undefined>;
  /** Name of the `Experiment` object with the whole record; undefined when there was nothing to compare with. */
  readonly experiment: pulumi.Output<string | undefined>;

  constructor(name: string, args: CanaryReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("serin:index:CanaryRelease", name, {}, opts);
    assertBuilt();
    const { onRollback, ...settings } = args;
    const guard = new Guard(name, settings, { parent: this });
    const release = new Release(name, settings, { parent: this, dependsOn: guard });
    this.verdict = release.verdict;
    this.winner = release.winner;
    this.stableVersion = release.stableVersion;
    this.candidateVersion = release.candidateVersion;
    this.iterations = release.iterations;
    this.weights = release.weights;
    this.startedAt = release.startedAt;
    this.endedAt = release.endedAt;
    this.assessment = release.assessment;
    this.reason = release.reason;
    this.plan = release.plan;
    this.experiment = release.experiment;
    new Gate(name, release, onRollback, { parent: this });
    this.registerOutputs({ verdict: this.verdict, stableVersion: this.stableVersion, reason: this.reason });
  }
}

type Settings = Omit<CanaryReleaseArgs, "onRollback">;

/** Secret where it may hold credentials: the text of a kubeconfig. */
const SECRETS = { additionalSecretOutputs: ["kubeconfig"] };

class Guard extends pulumi.dynamic.Resource {
  constructor(name: string, settings: Settings, opts: pulumi.CustomResourceOptions) {
    const props = { ...settings, preview: pulumi.runtime.isDryRun() };
    super(shim("guard"), `${name}-guard`, props, { ...opts, ...SECRETS }, "serin", "CanaryGuard");
  }
}

class Release extends pulumi.dynamic.Resource {
  declare readonly verdict: pulumi.Output<Verdict>;
  declare readonly winner: pulumi.Output<string | undefined>;
  declare readonly stableVersion: pulumi.Output<string>;
  declare readonly candidateVersion: pulumi.Output<string>;
  declare readonly iterations: pulumi.Output<number>;
  declare readonly weights: pulumi.Output<Record<string, number>>;
  declare readonly startedAt: pulumi.Output<string | undefined>;
  declare readonly endedAt: pulumi.Output<string | undefined>;
  declare readonly assessment: pulumi.Output<CriterionResult[]>;
  declare readonly reason: pulumi.Output<string>;
  declare readonly plan: pulumi.Output<ReleasePlan | undefined>;
  declare readonly experiment: pulumi.Output<string | undefined>;

  constructor(name: string, settings: Settings, opts: pulumi.CustomResourceOptions) {
    const outputs = {
      verdict: undefined,
      winner: undefined,
      stableVersion: undefined,
      candidateVersion: undefined,
      iterations: undefined,
      weights: undefined,
      startedAt: undefined,
      endedAt: undefined,
      assessment: undefined,
      reason: undefined,
      plan: undefined,
      experiment: undefined,
    };
    super(shim("release"), name, { ...settings, ...outputs }, { ...opts, ...SECRETS }, "serin", "CanaryRelease");
  }
}

class Gate extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    { verdict, reason, candidateVersion, stableVersion }: Release,
    onRollback: CanaryReleaseArgs["onRollback"],
    opts: pulumi.CustomResourceOptions,
  ) {
    const props = { verdict, reason, candidateVersion, stableVersion, onRollback: onRollback ?? "fail" };
    super(shim("gate"), `${name}-gate`, props, opts, "serin", "CanaryGate");
  }
}
