import type { Fault, MetricHistory, Observation } from "../../../engine";
import type { QuerySource, RangeSource } from "../client";
import type { QueryFault } from "../queryResult";
import { observeFleet, type FleetRequest } from "./observeFleet";
import { observeFleetHistory, type FleetHistoryRequest } from "./observeFleetHistory";
import { Suspects } from "./suspects";

/** One query that was sent. */
export interface FleetQuery {
  readonly kind: "instant" | "range";
  /** With all tries. */
  readonly durationMs: number;
  readonly outcome: "answered" | Fault;
}

export interface FleetObserverOptions {
  readonly source: QuerySource & RangeSource;
  readonly clock: {
    /** ms since 1970; what queries are evaluated at. */
    readonly now: () => number;
    /** ms of a clock that never goes back. */
    readonly monotonic: () => number;
    readonly sleep: (ms: number) => Promise<void>;
  };
  /** At most one query in so many ms, over time. Default: 500. */
  readonly everyMs?: number;
  /** How long the first request waits for others to go with it, in ms. Default: 25. */
  readonly gatherMs?: number;
  /** Hears of every query that has ended. */
  readonly onQuery?: (query: FleetQuery) => void;
}

/** Their answers are long: those of a round should not keep the observations of the next one waiting. */
const HISTORIES_A_ROUND = 100;
/**
 * Releases that begin in one round stay together, as each iteration is as long as the other. What follows an observation takes
 * time, too, so that many at once would make the last of them late: they are spread over several rounds.
 */
const BEGINNINGS_A_ROUND = 60;
const OBSERVATIONS_A_ROUND = 150;

interface Waiting<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Observes many releases in rounds, one after the other. Requests that come together go together, and those that come
 * during a round go with the next one. A round that took several queries is followed by as long a pause as if each had
 * been a round. Within a round, releases that run are observed before the histories of those that begin.
 */
export class FleetObserver {
  private readonly observations: Waiting<FleetRequest, Observation>[] = [];
  private readonly beginnings: ((now: number) => void)[] = [];
  private readonly histories: Waiting<FleetHistoryRequest, readonly (MetricHistory | undefined)[]>[] = [];
  private readonly suspects = new Suspects();
  private readonly source: QuerySource & RangeSource;
  private isRunning = false;
  private queries = 0;
  /** The earliest begin of the next round, by the monotonic clock. */
  private nextAt = -Infinity;

  constructor(private readonly options: FleetObserverOptions) {
    const { source } = options;
    this.source = {
      query: (promql, asked) => this.measured("instant", () => source.query(promql, asked)),
      queryRange: (promql, asked) => this.measured("range", () => source.queryRange(promql, asked)),
    };
  }

  /** What Prometheus shows of one release when the next round is sent. Faults of the world are results. */
  observe(request: FleetRequest): Promise<Observation> {
    return new Promise((resolve, reject) => {
      this.observations.push({ request, resolve, reject });
      this.start();
    });
  }

  /** What the release's metrics did before the next round is sent; undefined for what nobody knows. */
  history(request: FleetHistoryRequest): Promise<readonly (MetricHistory | undefined)[]> {
    return new Promise((resolve, reject) => {
      this.histories.push({ request, resolve, reject });
      this.start();
    });
  }

  /** The moment, in ms since 1970, at which a release is to begin so that it is observed together with others. */
  beginning(): Promise<number> {
    return new Promise((resolve) => {
      this.beginnings.push(resolve);
      this.start();
    });
  }

  private start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    void this.run();
  }

  private async run(): Promise<void> {
    const { observations, beginnings, histories } = this;
    try {
      while (observations.length + beginnings.length + histories.length > 0) await this.round();
    } catch (error) {
      for (const { reject } of [...observations.splice(0), ...histories.splice(0)]) reject(error);
    } finally {
      this.isRunning = false;
    }
  }

  private async round(): Promise<void> {
    const { clock, everyMs = 500, gatherMs = 25 } = this.options;
    const { observations, beginnings, histories, source, suspects } = this;
    await clock.sleep(Math.max(gatherMs, this.nextAt - clock.monotonic()));
    const began = clock.monotonic();
    this.queries = 0;
    const now = clock.now();
    for (const begin of beginnings.splice(0, BEGINNINGS_A_ROUND)) begin(now);
    await answer(observations.splice(0, OBSERVATIONS_A_ROUND), async (requests) => {
      const seen = await observeFleet(source, requests, now, { suspects });
      const at = clock.now();
      return seen.map((observation) => ({ ...observation, at }));
    });
    await answer(histories.splice(0, HISTORIES_A_ROUND), async (requests) => {
      const read = await observeFleetHistory(source, requests, clock.now(), { suspects });
      return read.map((history) => history.histories);
    });
    this.nextAt = began + everyMs * Math.max(1, this.queries);
  }

  private async measured<T extends { readonly kind: string }>(
    kind: FleetQuery["kind"],
    send: () => Promise<T | QueryFault>,
  ): Promise<T | QueryFault> {
    const { clock, onQuery } = this.options;
    const began = clock.monotonic();
    this.queries += 1;
    const result = await send();
    onQuery?.({
      kind,
      durationMs: clock.monotonic() - began,
      outcome: "fault" in result ? result.fault : "answered",
    });
    return result;
  }
}

/** Hands each of those who wait its result; an error is theirs alone, and not the next round's. */
async function answer<Request, Result>(
  waiting: readonly Waiting<Request, Result>[],
  ask: (requests: readonly Request[]) => Promise<readonly Result[]>,
): Promise<void> {
  if (waiting.length === 0) return;
  try {
    const results = await ask(waiting.map(({ request }) => request));
    for (const [i, { resolve }] of waiting.entries()) resolve(results[i] as Result);
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}
