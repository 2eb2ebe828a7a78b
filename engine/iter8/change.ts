import type { ByVersion, Observations, Reading } from "./types";

/** A whole sample size and a value, as they stood when they last changed. */
export type Information = readonly [sampleSize: number, value: number | null];

export interface Change {
  readonly observed: boolean;
  /** To be compared with the next time. */
  readonly information: ByVersion<readonly Information[]>;
}

/**
 * Whether anything is new. Iter8 v0.1: for some version and criterion the sample size grew or the value is another
 * one, or there is nothing to compare with. What did not change is kept, even if its sample size shrank.
 */
export function findChange(before: ByVersion<readonly Information[]>, seen: Observations): Change {
  const baseline = update(before.baseline, seen.baseline);
  const candidate = update(before.candidate, seen.candidate);
  return {
    observed: baseline.observed || candidate.observed,
    information: { baseline: baseline.information, candidate: candidate.information },
  };
}

function update(before: readonly Information[], readings: readonly Reading[]) {
  const information = [...before];
  let observed = false;
  readings.forEach(({ sampleSize, value }, i) => {
    const [whole, old] = [Math.trunc(sampleSize), before[i]];
    if (old !== undefined && whole <= old[0] && value === old[1]) return;
    information[i] = [whole, value];
    observed = true;
  });
  return { observed, information };
}
