/** Requests of both versions that one criterion's metric had counted by a look. */
export interface Counted {
  readonly baseline: number;
  readonly candidate: number;
  /** When the newest of them were sampled, in ms since 1970; undefined when that is not known. */
  readonly at?: number;
}

/** A look from which requests are counted. */
export interface Start {
  /** The candidate's share that was asked for until then, in percent, as the route has it. */
  readonly weight: number;
  /** One entry a criterion, in the criteria's order; null for one that could not be counted. */
  readonly counted: readonly (Counted | null)[];
  /** The counters went back since the look before. */
  readonly restarted?: true;
}

/** A split that was in effect. */
export interface SeenSplit {
  /** The candidate's share that was asked for, in percent: the mean over the time in which the requests were counted. */
  readonly weight: number;
  /** The candidate's share of these requests, 0 to 1. */
  readonly share: number;
  /** Of both versions. */
  readonly requests: number;
  /** Place of the criterion whose metric counted them. */
  readonly criterion: number;
  /** Where nobody knows how many of them are older than the weight: whether it had just grown (1) or fallen (-1). */
  readonly towards?: number;
}

/** A hold because the weight is not in effect. */
export interface Hold {
  /** Which cause of the hold was told last. */
  readonly told: "split" | "metrics";
  /** Requests, of both versions, by which the weight was last found not to be in effect. */
  readonly requests: number;
}

/** What is remembered of the split, to tell whether the weight that is asked for is in effect. */
export interface SplitState {
  /** From where the next look counts. Undefined: that look can tell nothing, and only sets it. */
  readonly from?: Start;
  /** The split last seen in effect. */
  readonly seen?: SeenSplit;
  /** While the weight is held because it is not in effect. */
  readonly held?: Hold;
}
