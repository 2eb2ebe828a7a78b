import { randomUUID } from "node:crypto";
import type { Occurrence } from "../../engine";
import type { ExperimentResource } from "../kubernetes/experiment/resource";
import type { Channel } from "./channel";
import type { Letter, Notification } from "./notification";
import { Outbox, type Outcome, type OutboxWorld } from "./outbox";
import { httpPost, type Post } from "./post";
import { severityOf, wants } from "./severity";
import { slackLetter } from "./slack";
import { webhookLetter } from "./webhook";

export interface NotifierOptions {
  /** The channels as they are configured now; asked anew for each notification and each try. */
  readonly channels: () => readonly Channel[];
  readonly clock: OutboxWorld["clock"];
  /** Source of jitter, uniform on [0, 1). */
  readonly random: () => number;
  /** Default: by HTTP, without following redirects. */
  readonly post?: Post;
  /** Told of what went wrong, once until the channel works again. Nothing secret is in it. Default: nobody is. */
  readonly onFault?: (text: string) => void;
  /** Told of each notification on each channel, by the channel's name. Default: nobody is. */
  readonly onOutcome?: (channel: string, outcome: Outcome) => void;
  /** Notifications that may wait on one channel, 1 or more. Default: 1000. */
  readonly capacity?: number;
}

const CAPACITY = 1000;

const LETTERS: Readonly<Record<Channel["notifier"], (notification: Notification) => Letter>> = {
  slack: slackLetter,
  webhook: webhookLetter,
};

/** Tells channels what happens to experiments. Nobody waits for it: not the release, and no channel for another. */
export class Notifier {
  private readonly outboxes = new Map<string, Outbox>();

  constructor(private readonly options: NotifierOptions) {}

  /** Queues a notification for each channel that wants it. It returns at once and never throws. */
  notify(experiment: ExperimentResource, occurrence: Occurrence): void {
    try {
      const channels = this.options.channels();
      this.forgetRemoved(channels);
      const notification = { id: randomUUID(), experiment, occurrence, time: this.options.clock.now() };
      for (const channel of channels) {
        if (!wants(channel, experiment, occurrence)) continue;
        this.outboxOf(channel).add(LETTERS[channel.notifier](notification), severityOf(occurrence.reason));
      }
    } catch (error) {
      this.tell(`a notification cannot be made: ${error instanceof Error ? error.name : "unknown error"}`);
    }
  }

  /**
   * For the end of the process: waits until all is sent or dropped. What is left after `timeoutMs` is dropped, but for
   * requests that are under way. A pause before a next try may still hold a timer, so end the process then.
   */
  async flush(timeoutMs: number): Promise<void> {
    const outboxes = [...this.outboxes.values()];
    const idle = Promise.all(outboxes.map((outbox) => outbox.idle()));
    await Promise.race([idle, this.options.clock.sleep(timeoutMs)]);
    for (const outbox of this.outboxes.values()) outbox.abandon();
  }

  private outboxOf(channel: Channel): Outbox {
    const key = keyOf(channel);
    const known = this.outboxes.get(key);
    if (known !== undefined) return known;
    const { clock, random, post = httpPost, capacity = CAPACITY } = this.options;
    const made = new Outbox(
      {
        clock,
        random,
        post,
        channel: () => this.find(key),
        onFault: (text) => this.tell(text),
        onOutcome: (outcome) => quietly(() => this.options.onOutcome?.(channel.name, outcome)),
      },
      capacity,
    );
    this.outboxes.set(key, made);
    return made;
  }

  private find(key: string): Channel | undefined {
    return quietly(() => this.options.channels().find((channel) => keyOf(channel) === key));
  }

  private forgetRemoved(channels: readonly Channel[]): void {
    const current = new Set(channels.map(keyOf));
    for (const [key, outbox] of this.outboxes) if (!current.has(key) && outbox.isIdle) this.outboxes.delete(key);
  }

  private tell(text: string): void {
    quietly(() => this.options.onFault?.(text));
  }
}

/** A channel that begins to speak another language is another channel: what waits is written in the old one. */
function keyOf({ name, notifier }: Channel): string {
  return `${notifier}/${name}`;
}

/** Whoever listens must not be able to stop the notifications. */
function quietly<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
