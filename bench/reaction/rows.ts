import { distribution, type Distribution } from "../scale/measure/distribution";
import { seconds, times } from "../scale/report/format";
import { atMost, none, type Row } from "../scale/report/row";
import type { Reaction } from "./reaction";

/** From the first scrape that shows it to the route, 95 of 100 times, in ms. */
const TARGET_MS = 3_000;

/** What a set has measured. */
export interface SetResult {
  readonly name: string;
  /** In the order of the releases; null for one that was not rolled back or not seen. */
  readonly reactions: readonly (Reaction | null)[];
}

/** The report of a set, a line a part. */
export function rows({ name, reactions }: SetResult): readonly Row[] {
  const seen = reactions.filter((reaction) => reaction !== null);
  const of = (part: keyof Reaction): Distribution => distribution(seen.map((reaction) => reaction[part]));
  const told = (measure: string, part: keyof Reaction): Row => {
    return { phase: name, measure: `${measure}, p50 / p95 / max`, measured: times(of(part), "p50", "p95", "max") };
  };
  const whole = of("scrapeToRoute");
  const weight = of("weight");
  const shares = seen.length === 0 ? "–" : `${weight.min} / ${weight.p50} / ${weight.max} %`;
  return [
    { phase: name, measure: "weight when it turned bad, least / p50 / most", measured: shares },
    told("turned bad to first scrape of it", "turnToScrape"),
    told("first scrape to decision", "scrapeToDecision"),
    told("decision to route", "decisionToRoute"),
    told("first scrape to route", "scrapeToRoute"),
    atMost(name, "  the same, p95", whole.p95, TARGET_MS, { measured: seconds(whole.p95), limit: seconds(TARGET_MS) }),
    none(name, `of ${reactions.length} releases not rolled back`, reactions.length - seen.length),
  ];
}
