import { formatNumber } from "../number";
import type { SplitWindow } from "./find";
import type { SeenSplit } from "./state";

/** What to look at while a weight is not in effect. */
export const ASK = "Are istiod and the proxies connected?";

/** How many of the requests reached the candidate. */
export function sharesReason({ requests, candidate }: SplitWindow): string {
  const share = candidate === 0 ? "none" : percent(candidate / requests);
  return `of ${formatNumber(Math.round(requests))} requests ${share} reached the candidate`;
}

/** The same, beside the share before the change that did not come into effect. */
export function stillReason(seen: SeenSplit | undefined, window: SplitWindow): string {
  const before = seen === undefined ? "" : `, ${percent(seen.share)} before the change`;
  return `${sharesReason(window)}${before}. ${ASK}`;
}

function percent(share: number): string {
  return `${formatNumber(Math.round(1000 * share) / 10)} %`;
}
