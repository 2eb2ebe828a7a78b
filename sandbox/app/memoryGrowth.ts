const mib = 2 ** 20;
/** Nothing enforces a container's limit here, so this protects the machine. */
const mostMib = 512;
const chunk = mib / 16;

/** Memory that is taken and never given back, at a rate that may change. */
export class MemoryGrowth {
  private readonly held: unknown[] = [];
  private heldBytes = 0;
  private dueBytes = 0;
  private mibPerMinute = 0;
  private since: number;

  /**
   * @param now milliseconds
   * @param take makes what occupies so many bytes for as long as it is held
   */
  constructor(
    private readonly now: () => number,
    private readonly take: (bytes: number) => unknown = touchedMemory,
  ) {
    this.since = now();
  }

  /** From now on. A lower rate gives nothing back. */
  setRate(mibPerMinute: number): void {
    this.advance();
    this.mibPerMinute = mibPerMinute;
  }

  /** Takes what is due by now. */
  advance(): void {
    const at = this.now();
    this.dueBytes = Math.min(mostMib * mib, this.dueBytes + (this.mibPerMinute * mib * (at - this.since)) / 60_000);
    this.since = at;
    const lacking = Math.floor((this.dueBytes - this.heldBytes) / chunk) * chunk;
    if (lacking === 0) return;
    this.held.push(this.take(lacking));
    this.heldBytes += lacking;
  }

  get mibHeld(): number {
    return this.heldBytes / mib;
  }
}

/** Written to, since a system gives no memory to pages that nobody touches. */
function touchedMemory(bytes: number): Buffer {
  return Buffer.alloc(bytes, 1);
}
