import { TRAFFIC, type ServiceTraffic } from "../load/plan";
import { serviceKey, type Release } from "../load/releases";

/** Percent of a Service's requests, by workload. */
export type Shares = Readonly<Record<string, number>>;

/** All requests to one workload so far. They are fractions if not asked otherwise: nothing is left to chance. */
export interface Counters {
  readonly namespace: string;
  readonly service: string;
  readonly workload: string;
  readonly requests: number;
  readonly errors: number;
}

interface Workload {
  requests: number;
  errors: number;
}

interface Stream {
  release: Release;
  shares: Shares;
  /** Up to when requests are counted, in ms. */
  until: number;
  readonly workloads: Map<string, Workload>;
  /** When the candidate begins, or began, to fail, if it was good before. */
  turnedBadAt?: number;
}

/**
 * The requests to all Services: as many each second as the plan says, divided exactly as the weights say, with errors in
 * exact proportion. So whatever differs between two runs is the controller's doing. Times are in ms of any one clock.
 */
export class Traffic {
  private readonly streams = new Map<string, Stream>();

  /**
   * Begins a round. Counters of the versions in it go on, those of others are dropped. A Service without a route yet sends
   * everything to the baseline.
   */
  begin(releases: readonly Release[], now: number): void {
    for (const release of releases) {
      const key = serviceKey(release);
      this.advance(key, now);
      const before = this.streams.get(key);
      const kept = [release.baseline, release.candidate].flatMap((name): [string, Workload][] => {
        const workload = before?.workloads.get(name);
        return workload === undefined ? [] : [[name, workload]];
      });
      const shares = before?.shares ?? { [release.baseline]: 100 };
      this.streams.set(key, { release, shares, until: now, workloads: new Map(kept) });
    }
  }

  /** Divides a Service's requests anew, from now on. */
  route(key: string, shares: Shares, now: number): void {
    const stream = this.streams.get(key);
    if (stream === undefined) return;
    this.advance(key, now);
    stream.shares = shares;
    const { behaviour, candidate } = stream.release;
    const { turnsBadAt, turnsBadAfterMs } = trafficOf(stream.release);
    const turns = behaviour === "turnsBad" && (shares[candidate] ?? 0) >= turnsBadAt;
    if (turns) stream.turnedBadAt ??= now + turnsBadAfterMs;
  }

  /** Where the counters of all workloads that had requests stand. */
  counters(now: number): readonly Counters[] {
    return [...this.streams].flatMap(([key, { release, workloads }]) => {
      this.advance(key, now);
      const { namespace, service } = release;
      const { whole } = trafficOf(release);
      return [...workloads].map(([workload, counts]) => {
        return { namespace, service, workload, ...(whole ? wholeOf(counts) : counts) };
      });
    });
  }

  /** When candidates that were good turn or turned bad in this round, by Service. */
  turnedBad(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.streams].flatMap(([key, { turnedBadAt }]) => (turnedBadAt === undefined ? [] : [[key, turnedBadAt]])),
    );
  }

  private advance(key: string, now: number): void {
    const stream = this.streams.get(key);
    if (stream === undefined) return;
    const { turnedBadAt = now } = stream;
    if (stream.until < turnedBadAt && turnedBadAt < now) count(stream, turnedBadAt);
    count(stream, now);
  }
}

/** Counts the requests of a time in which nothing changes. */
function count(stream: Stream, now: number): void {
  const all = (trafficOf(stream.release).requestsPerSecond * (now - stream.until)) / 1000;
  for (const [name, percent] of Object.entries(stream.shares)) {
    const requests = (all * percent) / 100;
    if (requests <= 0) continue;
    const workload = stream.workloads.get(name) ?? { requests: 0, errors: 0 };
    workload.requests += requests;
    workload.errors += requests * errorRate(stream, name);
    stream.workloads.set(name, workload);
  }
  stream.until = now;
}

/** The requests that are complete. Those that failed and the others each have a counter, and neither may ever fall. */
function wholeOf({ requests, errors }: Workload): Workload {
  const failed = Math.floor(errors);
  return { requests: Math.floor(requests - errors) + failed, errors: failed };
}

/** Of the requests from where the stream stands on. */
function errorRate({ release, turnedBadAt = Infinity, until }: Stream, workload: string): number {
  const isBad = workload === release.candidate && (release.behaviour === "bad" || turnedBadAt <= until);
  const { goodErrorRate, badErrorRate } = trafficOf(release);
  return isBad ? badErrorRate : goodErrorRate;
}

function trafficOf({ traffic }: Release): ServiceTraffic {
  return { ...TRAFFIC, ...traffic };
}
