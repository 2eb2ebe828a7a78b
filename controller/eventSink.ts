import { MESSAGE_LIMIT, recordEvent } from "../adapters/kubernetes/events";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { isConflict, isTransient } from "../adapters/kubernetes/errors";
import { keyOf, type Key } from "../adapters/kubernetes/objectCache";
import type { KubernetesApi } from "../adapters/kubernetes/api";
import { isWarning, type Occurrence, type Reason } from "../engine";
import type { Clock } from "../driver/world";

export interface EventSinkOptions {
  /** Its requests give way to all others. */
  readonly api: KubernetesApi;
  readonly clock: Clock;
  /** Events a second in the long run, at least 1; so many may also go at once after a quiet time. */
  readonly perSecond: number;
  /** Source of jitter, [0, 1). */
  readonly random?: () => number;
  /** Hears what became of the occurrences of an Event. */
  readonly onOutcome?: (outcome: "written" | "refused", occurrences: number) => void;
}

interface Told {
  readonly occurrence: Occurrence;
  readonly at: number;
}

/** What waits to be told of one experiment. */
interface Waiting {
  readonly experiment: Pick<ExperimentResource, "metadata">;
  readonly told: Told[];
  failures: number;
  notBefore: number;
}

const RETRY_MS = { first: 500, longest: 30_000 };

/**
 * Writes occurrences as Kubernetes Events, in the background and at a bounded rate. Where they come faster, those of one
 * experiment that wait are told together, in one Event with a line each: none is lost, and the API server has its hands free
 * for the traffic. What ends a release, and what is wrong with one, is told first.
 */
export class EventSink {
  private readonly waiting = new Map<Key, Waiting>();
  /** Experiments of which something is being written: what comes after it waits, so that all is told in order. */
  private readonly inFlight = new Set<Key>();
  private tokens: number;
  private filledAt: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: EventSinkOptions) {
    this.tokens = options.perSecond;
    this.filledAt = options.clock.monotonic();
  }

  /** Experiments of which something waits to be told. */
  get depth(): number {
    return this.waiting.size;
  }

  tell(experiment: ExperimentResource, occurrence: Occurrence): void {
    const key = keyOf(experiment);
    const { name, namespace, uid } = experiment.metadata;
    const entry = this.waiting.get(key) ?? {
      experiment: { metadata: { name, namespace, uid } },
      told: [],
      failures: 0,
      notBefore: 0,
    };
    entry.told.push({ occurrence, at: this.options.clock.now() });
    this.waiting.set(key, entry);
    this.schedule(0);
  }

  /** Writes what waits, as fast as the API server takes it, for at most so many ms. */
  async flush(timeoutMs: number): Promise<void> {
    const { monotonic, sleep } = this.options.clock;
    const until = monotonic() + timeoutMs;
    this.tokens = Number.POSITIVE_INFINITY;
    while ((this.waiting.size > 0 || this.inFlight.size > 0) && monotonic() < until) {
      this.pump();
      await sleep(20);
    }
    clearTimeout(this.timer);
  }

  private schedule(inMs: number): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.pump();
    }, inMs);
    this.timer.unref();
  }

  private pump(): void {
    const now = this.options.clock.monotonic();
    const { perSecond } = this.options;
    this.tokens = Math.min(Math.max(perSecond, this.tokens), this.tokens + ((now - this.filledAt) / 1000) * perSecond);
    this.filledAt = now;
    for (const [key, entry] of this.byImportance(now)) {
      if (this.tokens < 1) break;
      const told = this.hasTimeToSpare() ? entry.told.slice(0, 1) : fitting(entry.told);
      this.tokens -= 1;
      this.keepLater(key, entry, entry.told.slice(told.length));
      void this.write(key, entry, told);
    }
    if (this.waiting.size > 0) this.schedule(this.tokens < 1 ? 1000 / perSecond : 100);
  }

  /** Whether each occurrence may have an Event of its own: not when many wait, and not at the end. */
  private hasTimeToSpare(): boolean {
    const { tokens } = this;
    return tokens >= 2 && tokens > this.options.perSecond / 2 && Number.isFinite(tokens);
  }

  /** Those whose time has come; the important ones first, each kind in the order in which they came. */
  private byImportance(now: number): [Key, Waiting][] {
    const due = [...this.waiting].filter(([key, { notBefore }]) => notBefore <= now && !this.inFlight.has(key));
    const matters = ([, { told }]: [Key, Waiting]) => told.some(({ occurrence }) => isImportant(occurrence.reason));
    return [...due.filter(matters), ...due.filter((one) => !matters(one))];
  }

  private keepLater(key: Key, entry: Waiting, later: Told[]): void {
    if (later.length === 0) this.waiting.delete(key);
    else this.waiting.set(key, { ...entry, told: later });
  }

  private async write(key: Key, entry: Waiting, told: readonly Told[]): Promise<void> {
    const { api, clock, random = Math.random, onOutcome = () => undefined } = this.options;
    const first = told[0]?.at ?? clock.now();
    const last = told.at(-1)?.at ?? first;
    this.inFlight.add(key);
    try {
      await recordEvent(api, entry.experiment, together(told), { first, last, count: told.length });
      onOutcome("written", told.length);
      const next = this.waiting.get(key);
      if (next !== undefined) next.failures = 0;
    } catch (error) {
      // One that is refused will be refused again: its namespace ends, or there is no right to write it.
      if (isConflict(error)) return onOutcome("written", told.length); // at an earlier try, whose answer was lost
      if (!isTransient(error)) return onOutcome("refused", told.length);
      const failures = entry.failures + 1;
      const backoff = Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** Math.min(failures, 16)) * (0.5 + random() / 2);
      const since = this.waiting.get(key)?.told ?? [];
      this.waiting.set(key, { ...entry, told: [...told, ...since], failures, notBefore: clock.monotonic() + backoff });
    } finally {
      this.inFlight.delete(key);
      if (this.waiting.size > 0) this.schedule(0);
    }
  }
}

function isImportant(reason: Reason): boolean {
  return reason === "ExperimentSucceeded" || isWarning(reason);
}

/** As many as one message can hold, at least one. */
function fitting(told: readonly Told[]): readonly Told[] {
  let count = 1;
  while (count < told.length && together(told.slice(0, count + 1)).message.length <= MESSAGE_LIMIT) count += 1;
  return told.slice(0, count);
}

/** One occurrence in the words of all: the reason is that of the most important one, the last of them. */
function together(told: readonly Told[]): Occurrence {
  const [only, ...others] = told;
  if (only !== undefined && others.length === 0) return only.occurrence;
  const important = told.filter(({ occurrence }) => isImportant(occurrence.reason));
  const reason = (important.at(-1) ?? told.at(-1))?.occurrence.reason ?? "IterationUpdate";
  return { reason, message: told.map(line).join("\n") };
}

function line({ occurrence: { reason, message }, at }: Told): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return `${time} ${reason}${message === "" ? "" : `: ${message}`}`;
}
