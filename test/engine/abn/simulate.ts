import { randomBinomial } from "d3-random";
import type { RandomSource } from "../../../engine/random";
import { abnStep, startAbn, type AbnHistory, type AbnMetric, type AbnPlan, type AbnState } from "../../../engine/abn";
import { versionsOf } from "../../../engine/abn/plan";
import { randomStream } from "../../../sandbox/mesh/random";

/** The truth about one version. */
export interface Truth {
  /** Share of requests that are events, or mean of the values, whose standard deviation is 1. */
  readonly reward: number;
  /** Share of requests that fail. Default: none. */
  readonly errors?: number;
}

export interface World {
  readonly kind: "ratio" | "mean";
  /** One entry a version, the baseline first. */
  readonly truth: readonly Truth[];
  readonly requestsPerLook: number;
  readonly looks: number;
  /** Windows of the baseline's past, each with as many requests as a look. Default: 0. */
  readonly past?: number;
}

export interface Ended {
  readonly state: AbnState;
  /** Requests of all versions until there was a winner. */
  readonly requests: number;
}

export interface Chance {
  readonly source: RandomSource;
  readonly binomial: (trials: number, share: number) => number;
}

/** Seeded chance. The beta distribution is taken for normal, which is near enough to steer traffic with, and fast. */
export function chance(seed: number): Chance {
  const uniform = randomStream(seed, "abn");
  const normal = (mean: number, sd: number) =>
    mean + sd * Math.sqrt(-2 * Math.log1p(-uniform())) * Math.cos(2 * Math.PI * uniform());
  const beta = (a: number, b: number) => {
    const mean = a / (a + b);
    return Math.min(1, Math.max(0, normal(mean, Math.sqrt((mean * (1 - mean)) / (a + b + 1)))));
  };
  // The types of d3-random 2 leave the first parameter out.
  const draw = randomBinomial.source(uniform) as unknown as (trials: number, share: number) => () => number;
  const binomial = (trials: number, share: number) => (trials === 0 || share === 0 ? 0 : draw(trials, share)());
  return { source: { uniform, normal, beta }, binomial };
}

interface Counted {
  requests: number;
  events: number;
  sum: number;
  errors: number;
}

/** One release: "reward" is the metric of the reward, and "errors" the share of failed requests. */
export function release(plan: AbnPlan, world: World, { source, binomial }: Chance): Ended {
  const names = versionsOf(plan);
  const counts: Counted[] = names.map(() => ({ requests: 0, events: 0, sum: 0, errors: 0 }));
  const start = startAbn(plan, pastOf(world, { source, binomial }));
  let state = abnStep(plan, start, { metrics: metricsOf(world.kind, 0, names, counts), random: source });
  for (let at = 1; at <= world.looks && state.winner === undefined; at++) {
    names.forEach((name, i) => {
      const [counted, truth] = [counts[i] as Counted, world.truth[i] as Truth];
      const requests = Math.round((world.requestsPerLook * (state.weights[name] ?? 0)) / 100);
      counted.requests += requests;
      if (world.kind === "ratio") counted.events += binomial(requests, truth.reward);
      else counted.sum += requests * truth.reward + source.normal(0, Math.sqrt(requests));
      counted.errors += binomial(requests, truth.errors ?? 0);
    });
    state = abnStep(plan, state, { metrics: metricsOf(world.kind, at, names, counts), random: source });
  }
  return { state, requests: counts.reduce((total, { requests }) => total + requests, 0) };
}

function pastOf(
  { kind, truth, requestsPerLook: requests, past = 0 }: World,
  { source, binomial }: Chance,
): AbnHistory[] {
  const { reward } = truth[0] as Truth;
  const windows = Array.from({ length: past }, () => ({
    requests,
    events: kind === "ratio" ? binomial(requests, reward) : 0,
    sum: kind === "mean" ? requests * reward + source.normal(0, Math.sqrt(requests)) : 0,
  }));
  return past === 0 ? [] : [{ metric: "reward", kind, windowMs: 1, windows }];
}

function metricsOf(
  kind: World["kind"],
  at: number,
  names: readonly string[],
  counts: readonly Readonly<Counted>[],
): AbnMetric[] {
  const versions = (of: (counted: Counted) => { events: number; sum: number }) =>
    names.map((version, i) => {
      const counted = counts[i] as Counted;
      return { version, totals: { requests: counted.requests, ...of(counted) } };
    });
  return [
    { metric: "reward", kind, at, versions: versions(({ events, sum }) => ({ events, sum })) },
    { metric: "errors", kind: "ratio", at, versions: versions(({ errors }) => ({ events: errors, sum: 0 })) },
  ];
}
