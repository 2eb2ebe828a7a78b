import { BoundedQueue } from "./boundedQueue";
import { channelTitle, type Channel } from "./channel";
import type { Letter } from "./notification";
import type { Post, PostAnswer } from "./post";
import { fateOf, MOST_TRIES, PATIENCE_MS, TIMEOUT_MS, waitAfter } from "./retry";

/** What became of a notification on one channel. */
export type Outcome = "sent" | "dropped";

/** The world as a channel's queue needs it. */
export interface OutboxWorld {
  readonly clock: {
    /** ms since 1970. */
    readonly now: () => number;
    readonly sleep: (ms: number) => Promise<void>;
  };
  /** Uniform on [0, 1). */
  readonly random: () => number;
  readonly post: Post;
  /** The channel as it is configured now; undefined once it is not. */
  readonly channel: () => Channel | undefined;
  readonly onFault: (text: string) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

interface Item {
  readonly letter: Letter;
  readonly severity: number;
  settled: boolean;
}

/** Sends one channel's notifications: one after the other, in order, each until it arrives or nothing more can be done. */
export class Outbox {
  private readonly queue: BoundedQueue<Item>;
  /** Faults that were told, each with the address it was about. */
  private readonly told = new Set<string>();
  private worker: Promise<void> | undefined;
  /** The item that waits for its next try. */
  private resting: Item | undefined;

  constructor(
    private readonly world: OutboxWorld,
    capacity: number,
  ) {
    this.queue = new BoundedQueue(capacity);
  }

  get isIdle(): boolean {
    return this.worker === undefined;
  }

  /** Resolves when nothing is left to send; never rejects. */
  async idle(): Promise<void> {
    await this.worker;
  }

  add(letter: Letter, severity: number): void {
    const gone = this.queue.push({ letter, severity, settled: false });
    if (gone !== undefined) this.drop(gone, "too many notifications wait; the least important are lost");
    this.worker ??= this.work();
  }

  /** Gives up what waits. A request that is under way is left to its answer. */
  abandon(): void {
    const left = [...(this.resting === undefined ? [] : [this.resting]), ...this.queue.clear()];
    for (const item of left) this.drop(item, "notifications could not be sent before the end; they are lost");
  }

  private async work(): Promise<void> {
    await Promise.resolve(); // whoever adds does not wait for the first request to be made
    for (let item = this.queue.shift(); item !== undefined; item = this.queue.shift()) await this.deliver(item);
    this.worker = undefined;
  }

  private async deliver(item: Item): Promise<void> {
    const deadline = this.world.clock.now() + PATIENCE_MS;
    for (let tries = 1; !item.settled; tries++) {
      const channel = this.world.channel();
      if (channel === undefined) return this.drop(item);
      const { answer, said } = await this.attempt(channel, item);
      const fate = fateOf(answer);
      if (fate === "sent") return this.confirm(item);
      if (fate === "refused") return this.drop(item, `${said}, which is final; a notification is lost`);
      const left = deadline - this.world.clock.now();
      if (tries === MOST_TRIES || left <= 0) return this.drop(item, `${said}, time and again; a notification is lost`);
      await this.rest(item, Math.min(left, waitAfter(tries, answer, this.world.random)));
    }
  }

  private async attempt(channel: Channel, { letter }: Item): Promise<{ answer?: PostAnswer; said: string }> {
    const { url, headers } = channel.endpoint.reveal();
    try {
      const answer = await this.world.post(url, letter.body, { ...headers, ...letter.headers }, TIMEOUT_MS);
      return { answer, said: `it answered ${answer.status}` };
    } catch (error) {
      return { said: `it did not answer (${codeOf(error)})` };
    }
  }

  private async rest(item: Item, ms: number): Promise<void> {
    this.resting = item;
    await this.world.clock.sleep(ms);
    this.resting = undefined;
  }

  private confirm(item: Item): void {
    item.settled = true;
    this.told.clear();
    this.world.onOutcome("sent");
  }

  /** @param why told once, until something arrives or the channel is changed; undefined when nobody has to know */
  private drop(item: Item, why?: string): void {
    item.settled = true;
    this.world.onOutcome("dropped");
    const channel = this.world.channel();
    if (why === undefined || channel === undefined) return;
    const key = JSON.stringify([channel.endpoint.reveal(), why]);
    if (this.told.has(key)) return;
    this.told.add(key);
    this.world.onFault(`${channelTitle(channel)}: ${why}`);
  }
}

/** Nothing but the code: a message of the network's may hold the URL. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : "no connection";
}
