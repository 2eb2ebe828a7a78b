import type { History } from "../history/history";
import { momentsOf, type Moment } from "../history/moments";
import { BASELINE_VERSION, CANDIDATE_VERSION } from "./routeState";
import type { Tally } from "./tally";

/** What an experiment's candidate is like. */
export type Candidate = "good" | "bad";

/**
 * The verdict fits the candidate: a good one is promoted, or left undecided; a bad one is rolled back, or left undecided.
 *
 * @param verdict undefined when the experiment has not ended in time
 */
export function checkVerdict(candidate: Candidate, verdict: string | undefined, at: number, tally: Tally): void {
  const fitting = candidate === "good" ? ["promoted", "inconclusive"] : ["rolledBack", "inconclusive"];
  tally.expect("verdict", verdict !== undefined && fitting.includes(verdict), at, () => {
    return verdict === undefined ? "there is no verdict" : `a ${candidate} candidate is ${verdict}`;
  });
}

/**
 * The last route that Serin wrote leads to one version, the one that the verdict chose. What the adversary did after that is
 * not asked about: nobody drives an ended experiment.
 */
export function checkOneVersion(history: History, verdict: string, tally: Tally): void {
  const moments = momentsOf(history).filter(({ experiment }) => experiment?.metadata.deletionTimestamp === undefined);
  // The latest state in which both rules were as Serin left them.
  const last = moments.filter((moment, i) => moment.virtualService && !isEdited(moments, i)).at(-1);
  const route = last?.virtualService?.spec.http?.[0]?.route ?? [];
  const [only] = route;
  const labels = last?.destinationRule?.spec.subsets?.find(({ name }) => name === only?.destination.subset)?.labels;
  const winner = verdict === "promoted" ? CANDIDATE_VERSION : BASELINE_VERSION;
  const holds = route.length === 1 && labels?.["version"] === winner;
  tally.expect("oneVersion", holds, last?.at ?? 0, () => {
    const shown = route.map(({ destination, weight }) => `${destination.subset} ${weight ?? ""}`).join(", ");
    return `after the verdict ${verdict} the route leads to ${shown || "nothing"} (${labels?.["version"] ?? "no such subset"}), not to ${winner} alone`;
  });
}

/** Whether one of the rules, as this moment shows it, was last written by the adversary. */
function isEdited(moments: readonly Moment[], index: number): boolean {
  const until = moments.slice(0, index + 1);
  const lastOf = (kind: Moment["changed"]) => until.filter(({ changed }) => changed === kind).at(-1)?.foreign;
  return lastOf("virtualService") === true || lastOf("destinationRule") === true;
}
