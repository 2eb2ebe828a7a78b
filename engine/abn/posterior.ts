import { sumOf } from "./finite";
import type { AbnState, VersionState } from "./state";

/** What is believed of a version's reward. */
export type Posterior =
  | { readonly kind: "beta"; readonly alpha: number; readonly beta: number }
  | { readonly kind: "normal"; readonly mean: number; readonly sd: number };

/**
 * What is believed of each version's reward, or undefined when nothing can be told of any.
 *
 * ratio: Beta(1 + events, 1 + other requests), the posterior of a uniform prior. mean: Normal(mean, s / sqrt(requests)),
 * where s^2 is the variance of one request as the batches of all versions show it, each around its own mean. A version
 * without requests is believed to be like all others together, and known as if from one request.
 *
 * These beliefs steer the traffic only: no verdict rests on them.
 */
export function posteriors(
  { kind, calibration }: Pick<AbnState, "kind" | "calibration">,
  versions: readonly VersionState[],
): readonly Posterior[] | undefined {
  const rewards = versions.map(({ reward }) => reward);
  if (kind === "ratio")
    return rewards.map(({ requests, events }) => ({ kind: "beta", alpha: 1 + events, beta: 1 + requests - events }));
  const freedom = sumOf([calibration.freedom, ...rewards.map(({ batches }) => Math.max(0, batches - 1))]);
  if (kind === undefined || freedom === 0) return undefined;
  const requests = sumOf(rewards.map((reward) => reward.requests));
  const deviation = Math.sqrt(sumOf([calibration.squares, ...rewards.map(({ squares }) => squares)]) / freedom);
  const usual = requests > 0 ? sumOf(rewards.map(({ sum }) => sum)) / requests : 0;
  return rewards.map((reward) =>
    reward.requests > 0
      ? { kind: "normal", mean: reward.sum / reward.requests, sd: deviation / Math.sqrt(reward.requests) }
      : { kind: "normal", mean: usual, sd: deviation },
  );
}
