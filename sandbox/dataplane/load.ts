import { setTimeout as sleep } from "node:timers/promises";

import type { ObjectName } from "../mesh/model";
import { attack } from "./attack";
import { untilListening } from "./listening";

/** Requests that are to be sent all the time. */
export interface Load {
  readonly service: ObjectName;
  /** Where to: a proxy. */
  readonly url: string;
  /** Value of the Host header. */
  readonly host: string;
  readonly requestsPerSecond: number;
}

/** What the clients of a service have seen. */
export interface Sent extends ObjectName {
  requests: number;
  /** Requests without any answer. */
  unanswered: number;
}

const restartMs = 500;

/** Sends requests by vegeta: at a steady rate, whether or not earlier ones have been answered. */
export class LoadGenerator {
  private readonly running = new Map<string, { readonly load: string; readonly stop: () => void }>();
  private readonly sent = new Map<string, Sent>();

  /**
   * @param signal aborting it stops all loads at once, and for good
   * @param pause ends early when its signal aborts
   */
  constructor(
    private readonly vegeta: string,
    private readonly log: (message: string) => void,
    private readonly signal: AbortSignal,
    private readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown> = pauseUnlessAborted,
  ) {
    signal.addEventListener("abort", () => this.setLoads([]), { once: true });
  }

  setLoads(loads: readonly Load[]): void {
    const some = this.signal.aborted ? [] : loads.filter((load) => load.requestsPerSecond > 0);
    const wanted = new Map(some.map((load) => [keyOf(load), load]));
    for (const [key, { load, stop }] of this.running) {
      const now = wanted.get(key);
      if (now && JSON.stringify(now) === load) continue;
      this.running.delete(key);
      stop();
    }
    for (const [key, load] of wanted) if (!this.running.has(key)) this.start(key, load);
  }

  all(): readonly Sent[] {
    return [...this.sent.values()];
  }

  private start(key: string, load: Load): void {
    const wanted = new AbortController();
    this.running.set(key, { load: JSON.stringify(load), stop: () => wanted.abort() });
    void this.keepSending(key, load, wanted.signal);
  }

  /** Until the signal aborts. */
  private async keepSending(key: string, load: Load, signal: AbortSignal): Promise<void> {
    // A proxy may not listen there yet: nobody is to miss requests that could not be sent.
    const onLong = (seconds: number): void =>
      this.log(`load on ${key} waits: nobody listens at ${load.url}, for ${seconds} s so far`);
    for (;;) {
      await untilListening(load.url, signal, { onLong });
      if (signal.aborted) return;
      const how = await this.send(key, load, signal).catch((error: unknown) => String(error));
      if (signal.aborted) return;
      this.log(`load on ${key} has ended (${how}); starting it again`);
      await this.pause(restartMs, signal);
    }
  }

  /** @returns how it has ended */
  private async send(key: string, load: Load, signal: AbortSignal): Promise<string> {
    const { namespace, name } = load.service;
    const sent = this.sent.get(key) ?? { namespace, name, requests: 0, unanswered: 0 };
    this.sent.set(key, sent);
    const { stop, end } = attack(this.vegeta, load, (code) => {
      sent.requests += 1;
      if (code === 0) sent.unanswered += 1;
    });
    signal.addEventListener("abort", stop, { once: true });
    return end.finally(() => signal.removeEventListener("abort", stop));
  }
}

function pauseUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}

function keyOf({ service }: Load): string {
  return `${service.namespace}/${service.name}`;
}
