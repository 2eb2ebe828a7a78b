import type { Logger } from "pino";
import type { KubernetesClient } from "../adapters/kubernetes/client";
import { isConflict } from "../adapters/kubernetes/errors";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { Lease } from "../adapters/kubernetes/lease";
import type { Key } from "../adapters/kubernetes/objectCache";
import { Notifier, NOTIFIERS_CONFIG_MAP, parseNotifiers, type Channel } from "../adapters/notify";
import type { FleetObserver } from "../adapters/prometheus";
import { definitionsFor, experimentMetrics } from "../driver/metrics";
import { worldOver } from "../driver/realWorld";
import type { Clock, World } from "../driver/world";
import { CachedApi } from "./cachedApi";
import { Caches } from "./caches";
import { EventSink } from "./eventSink";
import { Gate } from "./gate";
import type { Instruments } from "./instruments";
import { MetricSources } from "./metricSources";
import type { ControllerOptions } from "./options";
import { Releases } from "./releases";
import { measure } from "./reports";
import { Takeover } from "./takeover";
import { WorkQueue } from "./workQueue";

/** How long what is still to be told may take when the term ends, in ms. */
const LAST_WORDS_MS = 5000;

/** How often it is looked whether requests still wait for their turn, in ms. */
const BACKLOG_LOOK_MS = 100;

export interface TermOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly identity: string;
  /** The leader's Lease: nothing is written without it. */
  readonly lease: Lease;
  readonly instruments: Instruments;
  readonly log: Logger;
  readonly options: ControllerOptions;
}

/** The time during which this process leads: everything that drives releases, from fresh copies of the cluster's objects. */
export class Term {
  private readonly gate: Gate;
  private readonly caches: Caches;
  private readonly events: EventSink;
  private readonly notifier: Notifier;
  private readonly sources: MetricSources;
  private readonly queue: WorkQueue;
  private readonly releases: Releases;
  private channels: readonly Channel[] = [];

  constructor(private readonly given: TermOptions) {
    const { client, clock, identity, instruments, log, options } = given;
    this.gate = new Gate(options.concurrency);
    this.caches = new Caches({
      client,
      clock,
      namespace: options.namespace,
      systemNamespace: options.systemNamespace,
      listener: {
        onExperiment: (now, before) => this.releases.noticed(now, before),
        onInvolved: (kind, namespace, name) => this.wake(this.releases.involved.by(kind, namespace, name)),
        onMetrics: () => this.wake(this.releases.involved.keys()),
        onNotifiers: () => this.readNotifiers(),
        onTrouble: (collection, text) => log.warn({ collection }, text),
      },
    });
    this.events = new EventSink({
      api: this.api("event"),
      clock,
      perSecond: options.eventsPerSecond,
      onOutcome: (outcome, count) => instruments.events.inc({ outcome }, count),
    });
    this.notifier = new Notifier({
      channels: () => this.channels,
      clock,
      random: Math.random,
      onFault: (text) => log.warn(text),
      onOutcome: (channel, outcome) => instruments.notifications.inc({ channel, outcome }),
    });
    this.sources = new MetricSources(clock, ({ kind, durationMs, outcome }) =>
      instruments.queries.observe({ kind, outcome }, durationMs / 1000),
    );
    const api = this.api("status");
    const takeover = new Takeover({
      api,
      store: worldOver(api, this.surroundings(api)).store,
      clock,
      identity,
      leaseOf: (namespace, name) => this.caches.leases.cache.get(namespace, name),
    });
    this.releases = new Releases({
      experiments: this.caches.experiments.cache,
      world: () => this.world(),
      definitionsFor: (experiment) => definitionsFor(api, experiment, options.systemNamespace),
      takeover,
      beginning: (experiment) => this.beginning(experiment),
      onReport: (report, { metadata: { namespace, name } }) => {
        measure(instruments, report, clock.now());
        for (const { reason, message } of report.occurrences) {
          log.info(
            { namespace, experiment: name, reason, weight: report.after.weight, iteration: report.after.iteration },
            message,
          );
        }
      },
      wake: (key) => this.queue.add(key),
    });
    this.queue = new WorkQueue({
      work: (key) => this.releases.look(key),
      onFailure: (key, error, retryInMs) => this.failed(key, error, retryInMs),
    });
  }

  get isSynced(): boolean {
    return this.caches.areSynced;
  }

  /** Experiments that are not over. */
  get size(): number {
    return this.releases.involved.size;
  }

  get depth(): number {
    return this.queue.depth;
  }

  get requestsWaiting(): number {
    return this.gate.depth;
  }

  get eventsWaiting(): number {
    return this.events.depth;
  }

  /** The experiments that are not over, as they were last seen. */
  get experiments(): readonly ExperimentResource[] {
    return [...this.caches.experiments.cache.values()].filter(({ status }) => status?.serin?.stage !== "ended");
  }

  /** Drives releases until the signal aborts; what is being done then is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    await this.caches.run(signal);
    await this.queue.stop();
    await Promise.all([this.events.flush(LAST_WORDS_MS), this.notifier.flush(LAST_WORDS_MS)]);
  }

  /** A world for one look at one release. */
  world(): World {
    const api = this.api("status");
    return worldOver(api, this.surroundings(api));
  }

  private surroundings(api: CachedApi): Parameters<typeof worldOver>[1] {
    const { clock, lease, options } = this.given;
    return {
      clock,
      driver: "controller",
      mayWrite: () => lease.assertHeld(),
      setUrgency: (urgency) => (api.urgency = urgency),
      ...experimentMetrics(api, (experiment) => this.sourceFor(experiment), options.systemNamespace),
      announce: async (experiment, occurrence) => {
        this.events.tell(experiment, occurrence);
        this.notifier.notify(experiment, occurrence);
      },
    };
  }

  /** A release begins when those that run leave the API server the time for it. */
  private async beginning(experiment: ExperimentResource): Promise<number> {
    const { clock, options } = this.given;
    while (this.gate.depth > options.concurrency / 2) await clock.sleep(BACKLOG_LOOK_MS);
    return this.sourceFor(experiment).beginning();
  }

  private sourceFor({ spec }: ExperimentResource): FleetObserver {
    return this.sources.at(spec.serin?.prometheusURL ?? this.given.options.prometheusURL);
  }

  private api(urgency: CachedApi["urgency"]): CachedApi {
    const api = new CachedApi(this.given.client, (collection) => this.caches.cacheOf(collection), this.gate);
    api.urgency = urgency;
    return api;
  }

  private wake(keys: Iterable<Key>): void {
    for (const key of keys) this.queue.add(key);
  }

  private failed(key: Key, error: unknown, retryInMs: number): void {
    const { instruments, log } = this.given;
    instruments.failures.inc();
    const [namespace, experiment] = key.split("/");
    // A conflict is how a copy that lags behind shows.
    const level = isConflict(error) ? "debug" : "warn";
    log[level]({ namespace, experiment, retryInMs: Math.round(retryInMs) }, (error as Error).message);
  }

  private readNotifiers(): void {
    const { log, options } = this.given;
    const found = this.caches.notifiers.cache.get(options.systemNamespace, NOTIFIERS_CONFIG_MAP);
    const { channels, faults } = parseNotifiers(found?.data);
    this.channels = channels;
    for (const fault of faults) log.warn(fault);
  }
}
