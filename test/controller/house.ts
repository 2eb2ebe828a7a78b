import { ObjectCache } from "../../adapters/kubernetes/objectCache";
import { recordEvent } from "../../adapters/kubernetes/events";
import type { ExperimentResource, ExperimentSpec } from "../../adapters/kubernetes/experiment/resource";
import type { LeaseObject } from "../../adapters/kubernetes/lease";
import {
  DEPLOYMENTS,
  EVENTS,
  EXPERIMENTS,
  LEASES,
  SERVICES,
  type Collection,
  type KubernetesObject,
} from "../../adapters/kubernetes/paths";
import { findMetrics } from "../../adapters/prometheus";
import { DESTINATION_RULES, VIRTUAL_SERVICES } from "../../adapters/istio/rules";
import { CachedApi, type CacheOf } from "../../controller/cachedApi";
import { Gate } from "../../controller/gate";
import type { InvolvedKind } from "../../controller/involved";
import { Releases } from "../../controller/releases";
import { Takeover } from "../../controller/takeover";
import { WorkQueue } from "../../controller/workQueue";
import { worldOver } from "../../driver/realWorld";
import type { World } from "../../driver/world";
import type { TickReport } from "../../driver/tickResult";
import { FakeKubernetes, type Wire } from "../support/fakeKubernetes";
import { deployment, NAMESPACE, service, versionLabels } from "../support/objects";
import { VirtualClock } from "../support/virtualClock";
import { good } from "../driver/metrics";
import type { Observe } from "../driver/simulation";
import { virtualTimers } from "./timers";

const KINDS: readonly (readonly [InvolvedKind, Collection])[] = [
  ["service", SERVICES],
  ["deployment", DEPLOYMENTS],
  ["virtualService", VIRTUAL_SERVICES],
  ["destinationRule", DESTINATION_RULES],
  ["lease", LEASES],
];

/** A controller's releases over a fake cluster, in virtual time: its queue is real, and it hears of each write at once. */
export class House {
  readonly clock = new VirtualClock();
  readonly restore = virtualTimers(this.clock);
  readonly cluster = new FakeKubernetes(this.clock.now);
  readonly failures: string[] = [];
  readonly reports: TickReport[] = [];
  readonly writes: string[] = [];
  readonly experiments: ObjectCache<ExperimentResource>;
  readonly releases: Releases;
  readonly queue: WorkQueue;
  observe: Observe = good;
  wire: Wire = {};

  constructor() {
    const machine = this.clock.machine(12_345);
    const client = this.cluster.client({
      before: (call) => this.wire.before?.(call),
      after: (call) => this.wire.after?.(call),
    });
    this.experiments = new ObjectCache({ onChange: (now, before) => this.releases.noticed(now, before) });
    const gate = new Gate(8);
    const cacheOf: CacheOf = ({ plural }) =>
      plural === EXPERIMENTS.plural ? (this.experiments as unknown as ObjectCache<KubernetesObject>) : undefined;
    const world = (): World =>
      worldOver(new CachedApi(client, cacheOf, gate), {
        clock: machine,
        driver: "controller",
        mayWrite: () => undefined,
        observe: async (experiment, startedAt, now) => this.observe(experiment, startedAt, now),
        history: async () => [],
        announce: (experiment, occurrence) =>
          recordEvent(client, experiment, occurrence, { first: machine.now(), last: machine.now() }).catch(
            () => undefined,
          ),
      });
    const takeover = new Takeover({
      api: client,
      store: world().store,
      clock: machine,
      identity: "controller",
      leaseOf: (namespace, name) => this.cluster.peek<LeaseObject>(LEASES, namespace, name),
    });
    this.releases = new Releases({
      experiments: this.experiments,
      world,
      definitionsFor: async ({ spec }) => {
        const names = (spec.analysis?.successCriteria ?? []).map(({ metricName }) => metricName);
        return findMetrics(
          names.filter((name) => name !== "latency"),
          undefined,
        );
      },
      takeover,
      onReport: (report) => this.reports.push(report),
      wake: (key) => this.queue.add(key),
    });
    this.queue = new WorkQueue({
      work: (key) => this.releases.look(key),
      onFailure: (key, error) => this.failures.push(`${key}: ${(error as Error).message}`),
      random: () => 0.5,
    });
    this.cluster.onWrite(({ verb, kind, name, isWrite }) => {
      if (isWrite && kind !== "events") this.writes.push(`${verb} ${kind}/${name}`);
      // After the writer has his answer, as a watch would tell.
      setImmediate(() => this.hear(kind, name));
    });
    this.cluster.put(SERVICES, service());
    for (const n of [1, 2, 3, 4]) this.cluster.put(DEPLOYMENTS, deployment(`reviews-v${n}`, versionLabels(`v${n}`)));
  }

  /** The watch tells of a change that somebody has made. */
  hear(kind: string, name: string): void {
    if (kind === "experiments") {
      const before = this.experiments.get(NAMESPACE, name);
      const now = this.record(name);
      if (now) this.experiments.see(now);
      else if (before) this.experiments.forget(before);
      return;
    }
    const involved = KINDS.find(([, { plural }]) => plural === kind);
    if (involved) for (const key of this.releases.involved.by(involved[0], NAMESPACE, name)) this.queue.add(key);
  }

  add(name: string, baseline: string, candidate: string, spec: Partial<ExperimentSpec> = {}): void {
    const experiment: ExperimentResource = {
      apiVersion: "iter8.tools/v1alpha1",
      kind: "Experiment",
      metadata: { name, namespace: NAMESPACE },
      spec: {
        targetService: { name: "reviews", baseline, candidate },
        trafficControl: { interval: "3s", trafficStepSize: 20, maxIterations: 3 },
        analysis: {
          successCriteria: [{ metricName: "latency", toleranceType: "threshold", tolerance: 200, sampleSize: 10 }],
        },
        serin: { maxStall: "20s", readyTimeout: "1m", gracePeriod: "2s" },
        ...spec,
      },
    };
    this.cluster.put(EXPERIMENTS, experiment);
    this.hear("experiments", name);
  }

  /** A person changes an experiment. */
  edit(name: string, change: (experiment: ExperimentResource) => unknown): void {
    this.cluster.edit<ExperimentResource>(EXPERIMENTS, NAMESPACE, name, change);
    this.hear("experiments", name);
  }

  /** A person deletes an experiment. */
  remove(name: string): Promise<void> {
    return this.cluster.client().delete(EXPERIMENTS, NAMESPACE, name);
  }

  record(name: string): ExperimentResource | undefined {
    return this.cluster.peek<ExperimentResource>(EXPERIMENTS, NAMESPACE, name);
  }

  stage(name: string): string | undefined {
    return this.record(name)?.status?.serin?.stage;
  }

  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.sleep(ms));
  }

  until(condition: () => boolean, limitMs = 600_000): Promise<void> {
    const wait = async () => {
      while (!condition()) await this.clock.sleep(10);
    };
    return this.clock.run(wait(), limitMs);
  }

  get events(): string[] {
    const all = this.cluster.all<{ involvedObject: { name: string }; reason: string; message: string }>(EVENTS);
    return all.map(({ involvedObject, reason, message }) => `${involvedObject.name} ${reason}: ${message}`);
  }
}
