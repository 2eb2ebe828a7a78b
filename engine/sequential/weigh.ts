import { logMixture } from "../statistics/alternatives";
import { logSumExp } from "../statistics/logSumExp";
import type { CriterionEvidence, LogRatios } from "./evidence";
import { leansToHarm, weighMeans } from "./means";

/** Natural logarithms of e-values. */
export interface Weight {
  /** Against "the candidate is within the tolerance". */
  readonly harm: number;
  /** Against "the candidate is beyond the tolerance". */
  readonly safety: number;
}

/** How strong the evidence on one criterion is. */
export function weigh({ harm, safety, mean }: CriterionEvidence): Weight {
  if (mean === undefined) return { harm: combine(harm, Math.min), safety: combine(safety, average) };
  const [shown, other] = [weighMeans(mean), 0];
  return mean.sum > 0 ? { harm: shown, safety: other } : { harm: other, safety: shown };
}

/** Evidence of harm that holds the weight: an e-value that a third of the good releases may see by chance. */
const SUSPICIOUS = Math.log(3);

/** Whether something speaks against a larger share for the candidate. */
export function isSuspicious({ mean }: CriterionEvidence, { harm }: Weight): boolean {
  return harm >= SUSPICIOUS || (mean !== undefined && leansToHarm(mean));
}

/**
 * Harm has to be beyond the delta and beyond the floor, so only the lesser evidence counts. For safety either of the two is
 * enough: the mean of two e-values is one.
 */
function combine({ againstBaseline, againstLimit }: LogRatios, both: (a: number, b: number) => number): number {
  if (againstBaseline === undefined) return againstLimit === undefined ? 0 : logMixture(againstLimit);
  if (againstLimit === undefined) return logMixture(againstBaseline);
  return both(logMixture(againstBaseline), logMixture(againstLimit));
}

function average(a: number, b: number): number {
  return logSumExp([a, b]) - Math.LN2;
}
