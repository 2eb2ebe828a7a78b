/** Bounds that are this far apart, in ms, tell that a clock was set. */
const SET_MS = 1000;

/**
 * The API server's clock, as far as its answers tell it. Drivers on different machines go by it, so that one that takes
 * over neither jumps ahead nor waits because its own clock is wrong.
 *
 * Each answer says what second it was made in (HTTP's `Date` header), somewhere between the request and the answer. That
 * bounds how far the server is ahead of this process's monotonic clock; the bounds of all answers together are as narrow as
 * the fastest answer around the turn of a second.
 */
export class ServerClock {
  private least = Number.NEGATIVE_INFINITY;
  private most = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly monotonic: () => number = () => performance.now(),
    /** Used until the first answer. */
    private readonly system: () => number = () => Date.now(),
  ) {}

  /**
   * Takes an answer into account.
   *
   * @param date its `Date` header; anything that is no date is ignored
   * @param sent when the request was sent, by the monotonic clock
   */
  observe(date: unknown, sent: number): void {
    const second = typeof date === "string" ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(second)) return;
    const [least, most] = [second - this.monotonic(), second + 1000 - sent];
    this.least = Math.max(this.least, least);
    this.most = Math.min(this.most, most);
    if (this.least <= this.most) return;
    if (this.least - this.most < SET_MS) {
      // Clocks drift, and several servers never agree to the millisecond: the truth is about where the bounds crossed.
      [this.least, this.most] = [this.most, this.least];
      return;
    }
    // The server's clock was set: what was known before says nothing any more.
    [this.least, this.most] = [least, most];
    this.last = Number.NEGATIVE_INFINITY;
  }

  /** ms since 1970; never less than before, unless the server's clock was set back. */
  now(): number {
    const known = Number.isFinite(this.least) && Number.isFinite(this.most);
    const estimate = known ? this.monotonic() + (this.least + this.most) / 2 : this.system();
    this.last = Math.max(this.last, Math.round(estimate));
    return this.last;
  }
}
