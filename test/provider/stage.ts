import { KubernetesClient } from "../../adapters/kubernetes/client";
import { deploymentsOf, type Deployment } from "../../adapters/kubernetes/deployments";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS, EXPERIMENTS, NAMESPACES } from "../../adapters/kubernetes/paths";
import { PrometheusClient, type QueryOptions, type RangeOptions } from "../../adapters/prometheus/client";
import type { QueryResult } from "../../adapters/prometheus/queryResult";
import type { RangeResult } from "../../adapters/prometheus/rangeResult";
import { systemClock, type Clock } from "../../driver/world";
import type { ReleaseInputs } from "../../provider/inputs";
import type { ReleaseOutputs } from "../../provider/outputs";
import { release } from "../../provider/release";
import { parseInputs } from "../../provider/validation";
import { deploymentName } from "../../provider/version";
import { withdraw } from "../../provider/withdraw";
import { FakeKubernetes, type Call, type Wire } from "../support/fakeKubernetes";
import { NAMESPACE, SERVICE, virtualService, weightsOf, destinationRule } from "../support/objects";
import { VirtualClock } from "../support/virtualClock";

export const DIED = Symbol("died");

/** Where a process is killed, counted from 1 over its writes. */
export interface Kill {
  readonly write: number;
  readonly when: "before" | "after";
}

/** Settings of a release of a workload; its image decides how it behaves: "bad" is slow, "broken" never gets Ready. */
export function settings(image: string, more: object = {}): Record<string, unknown> {
  return {
    service: SERVICE,
    workload: {
      template: {
        metadata: { labels: { app: SERVICE, version: image.replace(/.*:/, "") } },
        spec: { containers: [{ name: SERVICE, image }] },
      },
      ports: [{ port: 9080 }],
    },
    traffic: { strategy: "check_and_increment", interval: "3s", step: 20, maxWeight: 50, maxIterations: 3 },
    criteria: [{ metric: "iter8_latency", threshold: 200, sampleSize: 10 }],
    gracePeriod: "2s",
    leaseDuration: "5s",
    readyTimeout: "1m",
    ...more,
  };
}

export function inputs(image: string, more: object = {}): ReleaseInputs {
  return parseInputs(settings(image, more));
}

/** Name of the Deployment that a release of an image makes. */
export function nameOf(image: string): string {
  const { workload } = inputs(image);
  if (!workload) throw new Error("no workload");
  return deploymentName(SERVICE, workload);
}

/** A cluster, its Prometheus and time, in memory, for releases as the provider makes them. */
export class Stage {
  readonly clock = new VirtualClock();
  readonly api = new FakeKubernetes(this.clock.now);
  readonly lines: string[] = [];
  private readonly restore: () => void;

  constructor() {
    this.api.put(NAMESPACES, { metadata: { name: NAMESPACE } });
    for (const name of [
      "experiments.iter8.tools",
      "virtualservices.networking.istio.io",
      "destinationrules.networking.istio.io",
    ]) {
      this.api.put(CUSTOM_RESOURCE_DEFINITIONS, { metadata: { name } });
    }
    this.api.onWrite((call) => this.startPods(call));
    this.restore = this.takeOver();
  }

  /** Gives the real clock and clients back. */
  close(): void {
    this.restore();
  }

  get experiments(): ExperimentResource[] {
    return this.api.all<ExperimentResource>(EXPERIMENTS);
  }

  get deployments(): string[] {
    return this.api
      .all<Deployment>(DEPLOYMENTS)
      .map(({ metadata }) => metadata.name)
      .sort();
  }

  /** Name of the Deployment that gets all traffic. */
  async serving(): Promise<string | undefined> {
    const weights = weightsOf(virtualService(this.api));
    const subset = destinationRule(this.api)?.spec.subsets?.find(({ name }) => weights[name] === 100);
    if (!subset) return undefined;
    const spec = { selector: subset.labels };
    const found = await deploymentsOf(this.api.client(), NAMESPACE, {
      metadata: { name: "", namespace: NAMESPACE } as never,
      spec,
    });
    return found[0]?.metadata.name;
  }

  async release(wanted: ReleaseInputs, isNew = true): Promise<ReleaseOutputs> {
    return this.clock.run(release(this.api.client(), wanted, isNew, (line) => this.lines.push(line)));
  }

  /** Releases in a process that is killed. @returns DIED, or the outputs if it was done before */
  async releaseAndKill(wanted: ReleaseInputs, kill: Kill): Promise<ReleaseOutputs | typeof DIED> {
    const { wire, died } = deadly(kill);
    return this.clock.run(Promise.race([release(this.api.client(wire), wanted, true, () => undefined), died]));
  }

  async withdraw(wanted: ReleaseInputs, kill?: Kill): Promise<unknown> {
    const { wire, died } = kill ? deadly(kill) : { wire: {}, died: new Promise<never>(() => undefined) };
    return this.clock.run(Promise.race([withdraw(this.api.client(wire), wanted, () => undefined), died]));
  }

  /** Starts a release and lets it run until something is so; then its process is killed. */
  async releaseUntil(wanted: ReleaseInputs, condition: () => boolean): Promise<void> {
    let dead = false;
    const wait = () => (dead ? new Promise<never>(() => undefined) : undefined);
    const running = release(this.api.client({ before: wait }), wanted, true, () => undefined);
    running.catch(() => undefined);
    const watch = async () => {
      while (!condition()) await this.clock.sleep(10);
      dead = true;
    };
    await this.clock.run(watch(), 600_000);
  }

  get share(): number | undefined {
    return weightsOf(virtualService(this.api))["candidate"];
  }

  /** The Deployment controller, at once. */
  private startPods({ kind, name, verb }: Call): void {
    if (kind !== DEPLOYMENTS.plural || verb === "delete") return;
    this.api.edit<Deployment & { metadata: { generation?: number } }>(DEPLOYMENTS, NAMESPACE, name, (one) => {
      const replicas = one.spec.replicas ?? 1;
      const readyReplicas = imageOf(one).includes("broken") ? 0 : replicas;
      return {
        ...one,
        status: { observedGeneration: one.metadata.generation, replicas, updatedReplicas: replicas, readyReplicas },
      };
    });
  }

  private takeOver(): () => void {
    const real = { ...systemClock };
    Object.assign(systemClock, this.clock.machine() satisfies Clock);
    const { connect } = KubernetesClient;
    KubernetesClient.connect = async () => this.api.client();
    const { query, queryRange } = PrometheusClient.prototype;
    PrometheusClient.prototype.query = (promql: string, { time = 0 }: QueryOptions = {}) => this.answer(promql, time);
    PrometheusClient.prototype.queryRange = (promql: string, options: RangeOptions) =>
      this.answerRange(promql, options);
    return () => {
      Object.assign(systemClock, real);
      KubernetesClient.connect = connect;
      PrometheusClient.prototype.query = query;
      PrometheusClient.prototype.queryRange = queryRange;
    };
  }

  private async answer(promql: string, time: number): Promise<QueryResult> {
    const rows = this.api.all<Deployment>(DEPLOYMENTS).map((one) => {
      const labels = { destination_workload: one.metadata.name, destination_workload_namespace: NAMESPACE };
      return { labels, value: valueOf(one, promql, time), timestamp: time };
    });
    return { kind: "vector", rows };
  }

  private async answerRange(promql: string, { start, end, stepMs }: RangeOptions): Promise<RangeResult> {
    const times = Array.from({ length: Math.floor((end - start) / stepMs) + 1 }, (_, i) => start + i * stepMs);
    const answers = await Promise.all(times.map((time) => this.answer(promql, time)));
    const points = (i: number) =>
      answers.flatMap((answer) => {
        const row = answer.kind === "vector" ? answer.rows[i] : undefined;
        return row === undefined ? [] : [{ time: row.timestamp, value: row.value }];
      });
    const [first] = answers;
    const series = first?.kind === "vector" ? first.rows.map(({ labels }, i) => ({ labels, points: points(i) })) : [];
    return { kind: "matrix", series };
  }
}

/**
 * As many requests to each version, so few since a release began that it is no sign of anything that the weight has no
 * part in them; those to a bad one are slow, and one in five of them fails.
 */
function valueOf(deployment: Deployment, promql: string, time: number): number {
  const bad = imageOf(deployment).includes("bad");
  const latency = bad ? 300 : 100;
  if (promql.includes("timestamp(")) return 1;
  if (!promql.includes("last_over_time(")) return promql.includes("_sum{") ? latency : 1000 + (time % 1e6) / 100;
  const requests = Math.floor((time % 1e9) / 10);
  if (promql.includes("5..")) return bad ? Math.floor(requests / 5) : 0;
  // Batches of the very same mean would leave nothing to tell chance by.
  return promql.includes("_sum{") ? requests * latency + (Math.floor(time / 1000) % 3) * 100 : requests;
}

function imageOf({ spec }: Deployment): string {
  const template = spec.template as { spec?: { containers?: { image?: string }[] } };
  return template.spec?.containers?.[0]?.image ?? "";
}

function deadly({ write, when }: Kill): { wire: Wire; died: Promise<typeof DIED> } {
  let writes = 0;
  let dead = false;
  let die: (as: typeof DIED) => void = () => undefined;
  const died = new Promise<typeof DIED>((resolve) => (die = resolve));
  const meet = (at: Kill["when"]) => (call: Call) => {
    if (call.isWrite && at === "before") writes += 1;
    if (call.isWrite && writes === write && at === when) {
      dead = true;
      die(DIED);
    }
    return dead ? new Promise<never>(() => undefined) : undefined;
  };
  return { wire: { before: meet("before"), after: meet("after") }, died };
}
