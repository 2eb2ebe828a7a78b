/** A stretch of time in which drivers may be kept from working, in ms of the bench's clock. */
export interface Disturbance {
  readonly from: number;
  /** Infinity while it lasts. */
  to: number;
  /** The namespace that it is about; undefined: all. */
  readonly namespace?: string;
}

/** How much of a stretch of time is in none of the disturbances, in ms. */
export function calmWithin(disturbances: readonly Omit<Disturbance, "namespace">[], from: number, to: number): number {
  let calm = 0;
  let upTo = from;
  for (const { from: start, to: end } of [...disturbances].sort((a, b) => a.from - b.from)) {
    if (start >= to) break;
    if (end <= upTo) continue;
    calm += Math.max(0, start - upTo);
    upTo = end;
  }
  return calm + Math.max(0, to - upTo);
}

/** When drivers were kept from working, and by what. */
export class Disturbances {
  private readonly all: Disturbance[] = [];

  constructor(private readonly now: () => number) {}

  /**
   * A disturbance begins.
   *
   * @param recoveryMs how long after its end drivers may still wait: for a Lease to lapse, or between two tries
   * @returns to be called at its end
   */
  begin(namespace: string | undefined, recoveryMs: number): () => void {
    const disturbance: Disturbance = { from: this.now(), to: Infinity, namespace };
    this.all.push(disturbance);
    return () => {
      disturbance.to = this.now() + recoveryMs;
    };
  }

  /** Free of anything that disturbs the drivers of one experiment, in ms. */
  calmIn(namespace: string): (from: number, to: number) => number {
    return (from, to) => {
      const own = this.all.filter((one) => one.namespace === undefined || one.namespace === namespace);
      return calmWithin(own, from, to);
    };
  }
}
