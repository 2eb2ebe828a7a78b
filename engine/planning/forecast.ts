import type { MetricHistory } from "../observation";
import type { Plan, SuccessCriterion } from "../plan";
import { boundsNote } from "../sequential/boundsNote";
import { allowedRatio } from "../sequential/events";
import { tailAt } from "../sequential/tail";
import { isChecked } from "../strategies/weight";
import { rehearse, type RehearsedIteration } from "./rehearse";
import { usualOf, type Usual } from "./usual";

/** The smallest regression of one metric that a plan is likely to find. */
export interface Detection {
  readonly metric: string;
  /** What the baseline usually shows: a share of requests (ratio, percentile's tail), or a value (mean). */
  readonly usual: number;
  /** The tolerance, as a value of the same kind. */
  readonly limit: number;
  /** The smallest value that rolls the candidate back in 80 % of the releases; undefined: none does within the plan. */
  readonly smallest?: number;
}

/** What a release with this plan would be like at the present traffic. */
export interface Forecast {
  /** Requests of both versions in a second. */
  readonly requestsPerSecond: number;
  /** The weights of a candidate as good as the baseline; an entry where the weight changes. */
  readonly schedule: readonly RehearsedIteration[];
  /** From the start to the largest share, if nothing speaks against the candidate, in ms. */
  readonly shortestMs: number;
  /** What a candidate as good as the baseline takes to be promoted, in ms; undefined: it would end as inconclusive. */
  readonly usualMs?: number;
  /** The end of the plan, in ms. */
  readonly longestMs: number;
  readonly detections: readonly Detection[];
  /** What this plan cannot do, in sentences. */
  readonly warnings: readonly string[];
}

/** Standard deviations below the expectation that 80 % of all outcomes exceed. */
const LUCK = 0.8416;
const LARGEST_FACTOR = 1e6;
/** A regression that exceeds the baseline by so many times what is tolerated should be found. */
const GROSS = 2;

/**
 * What to expect of a release, from the baseline's past: the engine rehearses it on expected counts, and for the power of
 * its tests on counts that four out of five releases exceed. Undefined when nothing is known of the traffic, or when the
 * plan does not count evidence.
 *
 * @param history one entry a criterion, in the criteria's order
 */
export function forecast(plan: Plan, history: readonly (MetricHistory | undefined)[]): Forecast | undefined {
  const usual = history.map(usualOf).filter((one) => one !== undefined);
  if (usual.length === 0 || plan.analysis.mode !== "sequential" || !isChecked(plan.traffic)) return undefined;
  const { intervalMs, maxIterations, maxWeight } = plan.traffic;
  const good = rehearse(plan, history, usual);
  const detections = plan.criteria.flatMap((criterion) => {
    const known = usual.find(({ metric }) => metric === criterion.metric);
    return known === undefined ? [] : [detect(plan, history, usual, known, criterion)];
  });
  const promoted = good.end.verdict === "promoted";
  const atMaximum = good.iterations.find(({ weight }) => weight >= maxWeight);
  return {
    requestsPerSecond: Math.max(...usual.map(({ requestsPerSecond }) => requestsPerSecond)),
    schedule: good.iterations.filter(({ weight }, i) => weight !== good.iterations[i - 1]?.weight),
    shortestMs: (atMaximum?.atMs ?? intervalMs * (maxIterations - 1)) + intervalMs,
    ...(promoted ? { usualMs: good.durationMs } : {}),
    longestMs: intervalMs * maxIterations,
    detections,
    warnings: [
      ...(promoted ? [] : [inconclusive(good.end.reason)]),
      ...detections.flatMap(weakness),
      ...plan.criteria.flatMap((criterion) => bracketed(criterion, usual)),
    ],
  };
}

function detect(
  plan: Plan,
  history: readonly (MetricHistory | undefined)[],
  usual: readonly Usual[],
  known: Usual,
  criterion: SuccessCriterion,
): Detection {
  const worse = criterion.direction === "lower" ? 1 : -1;
  const isFound = (factor: number): boolean => {
    const luck = worse * LUCK;
    return (
      rehearse(plan, history, usual, { [known.metric]: { factor: factor ** worse, luck } }).end.verdict === "rolledBack"
    );
  };
  const base = usualValue(known, criterion);
  const of = { metric: criterion.metric, usual: base, limit: limitValue(known, criterion, base) };
  if (!(base > 0) || !isFound(LARGEST_FACTOR)) return of;
  let [missed, found] = [1, LARGEST_FACTOR];
  while (found / missed > 1.01) {
    const middle = Math.sqrt(missed * found);
    if (isFound(middle)) found = middle;
    else missed = middle;
  }
  const smallest = base * found ** worse;
  return { ...of, smallest: known.kind === "mean" ? smallest : Math.min(1, smallest) };
}

function usualValue(known: Usual, criterion: SuccessCriterion): number {
  if (known.kind === "ratio") return known.share;
  return known.kind === "mean" ? known.mean : tailShare(known, criterion);
}

/** The share of the baseline's requests that are slower than the bound that harm is counted from. */
function tailShare({ bounds = [], cumulative, quantile = NaN }: Usual, criterion: SuccessCriterion): number {
  const place =
    criterion.toleranceType === "threshold"
      ? tailAt(bounds, criterion.tolerance).upper
      : cumulative.findIndex((share) => share >= quantile);
  return place === undefined || place < 0 ? 0 : 1 - (cumulative[place] ?? 1);
}

function limitValue({ kind, quantile = NaN }: Usual, criterion: SuccessCriterion, base: number): number {
  if (criterion.toleranceType === "threshold") return kind === "percentile" ? 1 - quantile : criterion.tolerance;
  return Math.max(allowedRatio(criterion) * base, criterion.floor ?? 0);
}

function weakness({ metric, usual, limit, smallest }: Detection): string[] {
  const [excess, tolerated] = [Math.abs((smallest ?? Infinity) - usual), Math.abs(limit - usual)];
  if (excess <= GROSS * tolerated) return [];
  const what = smallest === undefined ? "no regression at all" : `only a regression to ${short(smallest)} or worse`;
  return [
    `${metric}: at the present traffic this plan finds ${what} in 80 % of the releases, but its tolerance is ` +
      `${short(limit)} (now ${short(usual)}). A longer plan, a larger maxWeight or a wider tolerance would help.`,
  ];
}

function inconclusive(reason: string): string {
  return `A candidate as good as the baseline would end as inconclusive at the present traffic: ${reason}`;
}

/** A percentile's limit between two bounds of the histogram can be judged only roughly. */
function bracketed({ metric, toleranceType, tolerance }: SuccessCriterion, usual: readonly Usual[]): string[] {
  const known = usual.find((one) => one.metric === metric);
  if (toleranceType !== "threshold" || known?.kind !== "percentile") return [];
  const note = boundsNote(metric, tolerance, known.bounds ?? []);
  return note === undefined ? [] : [`${note}.`];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
