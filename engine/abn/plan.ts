import type { Direction, SuccessCriterion } from "../plan";

/** How the traffic is divided between looks. See shares.ts. */
export const SPLITS = ["thompson", "topTwo", "uniform"] as const;
export type Split = (typeof SPLITS)[number];

/** What makes one version better than another. Whether it is a share or a mean comes with the data. */
export interface Reward {
  readonly metric: string;
  /** Whether large or small values are good. Default: "higher". */
  readonly direction: Direction;
}

/** What an A/B/n release is asked to do, complete (every default filled in). */
export interface AbnPlan {
  /** Name of the Deployment that serves now. */
  readonly baseline: string;
  /** Names of the Deployments on trial: 1 to 10, each once, without the baseline. */
  readonly candidates: readonly string[];
  /** What each candidate must satisfy against the baseline. May be empty: then no candidate is ever dropped. */
  readonly criteria: readonly SuccessCriterion[];
  readonly reward: Reward;
  /**
   * Largest probability that a wrong winner is named or that a candidate within all tolerances is dropped, over all
   * comparisons and looks. Between 0 and 1. Default: 0.05.
   */
  readonly alpha: number;
  /** Default: "thompson". */
  readonly split: Split;
  /**
   * Least share of each version that is still in the race, in whole percent: at least 1, and at most 100 / versions.
   * Default: 5.
   */
  readonly floor: number;
}

/** A plan in which what has a default may be left out. */
export type AbnSettings = Pick<AbnPlan, "baseline" | "candidates" | "criteria"> &
  Partial<Pick<AbnPlan, "alpha" | "split" | "floor">> & {
    readonly reward: Pick<Reward, "metric"> & Partial<Reward>;
  };

export const MAX_CANDIDATES = 10;

/**
 * The plan with its defaults filled in; {@link checkAbnPlan} says whether it is one.
 *
 * @example abnPlan({ baseline: "v1", candidates: ["v2"], criteria: [], reward: { metric: "orders" } }).floor // 5
 */
export function abnPlan({ baseline, candidates, criteria, reward, alpha, split, floor }: AbnSettings): AbnPlan {
  return {
    baseline,
    candidates,
    criteria,
    reward: { metric: reward.metric, direction: reward.direction ?? "higher" },
    alpha: alpha ?? 0.05,
    split: split ?? "thompson",
    floor: floor ?? 5,
  };
}

/** All versions of a plan, the baseline first. */
export function versionsOf({ baseline, candidates }: Pick<AbnPlan, "baseline" | "candidates">): readonly string[] {
  return [baseline, ...candidates];
}

/**
 * What is wrong with a plan, one sentence each; empty when it can be carried out.
 *
 * @example checkAbnPlan({ ...plan, floor: 60 }) // ["'floor' (60) must be at most 100 / 2 versions = 50"]
 */
export function checkAbnPlan(plan: AbnPlan): string[] {
  const { alpha, split } = plan;
  return [
    ...checkNames(plan),
    ...plan.criteria.flatMap((criterion, i) => checkCriterion(criterion, `criteria[${i}]`)),
    ...(plan.reward.metric === "" ? [`'reward.metric' ("") must be the name of a metric`] : []),
    ...oneOf("reward.direction", plan.reward.direction, ["higher", "lower"]),
    ...(alpha > 0 && alpha < 1 ? [] : [`'alpha' (${alpha}) must be more than 0 and less than 1`]),
    ...oneOf("split", split, SPLITS),
    ...checkFloor(plan),
  ];
}

function checkNames({ baseline, candidates }: AbnPlan): string[] {
  const problems: string[] = [];
  if (baseline === "") problems.push(`'baseline' ("") must be the name of a Deployment`);
  if (candidates.length < 1 || candidates.length > MAX_CANDIDATES)
    problems.push(`'candidates' (${candidates.length} names) must be 1 to ${MAX_CANDIDATES} names`);
  candidates.forEach((name, i) => {
    const field = `'candidates[${i}]' (${name === "" ? '""' : name})`;
    if (name === "") problems.push(`${field} must be the name of a Deployment`);
    else if (name === baseline) problems.push(`${field} must be another Deployment than 'baseline' (${baseline})`);
    else if (candidates.indexOf(name) < i) problems.push(`${field} must be named once only`);
  });
  return problems;
}

function checkCriterion(criterion: SuccessCriterion, field: string): string[] {
  const { metric, toleranceType, tolerance, direction, floor } = criterion;
  const problems = [
    ...(metric === "" ? [`'${field}.metric' ("") must be the name of a metric`] : []),
    ...oneOf(`${field}.toleranceType`, toleranceType, ["threshold", "delta"]),
    ...oneOf(`${field}.direction`, direction, ["lower", "higher"]),
  ];
  if (!Number.isFinite(tolerance)) problems.push(`'${field}.tolerance' (${tolerance}) must be a finite number`);
  else if (toleranceType === "delta" && tolerance < 0)
    problems.push(`'${field}.tolerance' (${tolerance}) must be at least 0`);
  else if (toleranceType === "delta" && direction === "higher" && tolerance >= 1)
    problems.push(`'${field}.tolerance' (${tolerance}) must be less than 1 where higher is better`);
  if (floor !== undefined && toleranceType !== "delta")
    problems.push(`'${field}.floor' (${floor}) must be given with a delta only`);
  else if (floor !== undefined && !(floor > 0 && floor < 1))
    problems.push(`'${field}.floor' (${floor}) must be more than 0 and less than 1`);
  return problems;
}

function checkFloor(plan: AbnPlan): string[] {
  const { floor } = plan;
  if (!Number.isInteger(floor) || floor < 1) return [`'floor' (${floor}) must be a whole percent of at least 1`];
  const versions = versionsOf(plan).length;
  if (floor * versions <= 100) return [];
  return [`'floor' (${floor}) must be at most 100 / ${versions} versions = ${Math.floor(100 / versions)}`];
}

function oneOf(field: string, value: string, allowed: readonly string[]): string[] {
  return allowed.includes(value) ? [] : [`'${field}' (${value}) must be one of ${allowed.join(", ")}`];
}
