import { Notifier, type Channel, type NotifierOptions, type Outcome, type PostAnswer } from "../../../adapters/notify";
import type { Reason } from "../../../engine";
import { VirtualClock } from "../../support/virtualClock";
import { experiment } from "./fixtures";

/** A request that was made. */
export interface Sent {
  /** Last part of the URL's path: the channel's name. */
  readonly to: string;
  /** ms since the start. */
  readonly at: number;
  readonly message: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** What the other side does: answers a status or more, is not there, or answers only after this many ms. */
export type Reply = number | PostAnswer | "refused" | { readonly afterMs: number };

/** A notifier in virtual time, and all that comes out of it. */
export class Harness {
  readonly clock = new VirtualClock(0);
  readonly sent: Sent[] = [];
  readonly faults: string[] = [];
  readonly outcomes: [channel: string, outcome: Outcome][] = [];
  readonly notifier: Notifier;
  channels: readonly Channel[];

  /** @param reply by the request and how many came before it */
  constructor(
    channels: readonly Channel[],
    private readonly reply: (request: Sent, before: number) => Reply,
    options: Partial<NotifierOptions> = {},
  ) {
    this.channels = channels;
    this.notifier = new Notifier({
      channels: () => this.channels,
      clock: this.clock,
      random: () => 0.5,
      post: this.post,
      onFault: (text) => this.faults.push(text),
      onOutcome: (channel, outcome) => this.outcomes.push([channel, outcome]),
      ...options,
    });
  }

  tell(message: string, reason: Reason = "ExperimentFailed"): void {
    this.notifier.notify(experiment(), { reason, message });
  }

  /** Until nothing is left to send. */
  async settle(): Promise<void> {
    await this.clock.run(this.notifier.flush(1e9), 1e9);
  }

  messages(to: string): string[] {
    return this.sent.filter((request) => request.to === to).map(({ message }) => message);
  }

  private readonly post: NonNullable<NotifierOptions["post"]> = async (url, body, headers, timeoutMs) => {
    const to = url.split("/").at(-1) ?? "";
    const request = { to, at: this.clock.now(), message: JSON.parse(body).message, url, headers, timeoutMs };
    const reply = this.reply(request, this.sent.length);
    this.sent.push(request);
    if (typeof reply === "number") return { status: reply };
    if (reply === "refused") throw Object.assign(new Error(`connect ${url}`), { code: "ECONNREFUSED" });
    if ("status" in reply) return reply;
    await this.clock.sleep(reply.afterMs);
    return { status: 200 };
  };
}
