import type { Scrape } from "../../../simulation/traffic/stream";

/** How a rule ends a release. Only Serin has `inconclusive`; the others know success and failure. */
export type Verdict = "promoted" | "rolledBack" | "inconclusive";

/** What a rule wants after a look. */
export interface Decision<State> {
  /** What the rule remembers until its next look. */
  readonly state: State;
  /** The candidate's share of the traffic from now on, in percent. */
  readonly weight: number;
  /** Absent while the release goes on. */
  readonly verdict?: Verdict;
}

/** What a rule can see when it looks. */
export interface Seen {
  /** Time of the look, in ms since the release began. */
  readonly at: number;
  /** Every scrape that worked, oldest first, none after `at`; those before the release have a negative time. */
  readonly scrapes: readonly Scrape[];
}

/** How a canary tool decides: a pure state machine that is asked once an interval. */
export interface Rule<State = unknown> {
  /** Short name, as tables and the chart have it. */
  readonly name: string;
  /** The plan in a few words, for people. */
  readonly plan: string;
  /** How long a release takes at most, or, where failed looks prolong it, at least until it is promoted; ms. */
  readonly planMs: number;
  /** Time from one look to the next, and from the beginning to the first, in ms. */
  readonly intervalMs: number;
  /** Whether it looks at latency; one that does not has no part in rows about latency. */
  readonly judgesLatency: boolean;
  /** The beginning of a release: the first weight, before anything of the candidate was seen. */
  begin(): Decision<State>;
  /** One look. */
  look(state: State, seen: Seen): Decision<State>;
}
