import { isHostOf } from "../../adapters/istio/host";
import { PROPAGATION_MS } from "../../adapters/istio/propagation";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { planOf } from "../../adapters/kubernetes/experiment/read";
import { DEPLOYMENTS } from "../../adapters/kubernetes/paths";
import { deployment, destinationRule, NAMESPACE, SERVICE, virtualService, weightsOf } from "../support/objects";
import { BASELINE, CANDIDATE, type Simulation } from "./simulation";

export interface WatchOptions {
  /** Requests take no time here, so an iteration is as long as its weight was in effect. */
  readonly instant: boolean;
  readonly rule?: string;
}

/** What must hold after every single write, whoever made it. Violations are kept, and thrown by `assertNone`. */
export class Invariants {
  readonly violations: string[] = [];
  /** Weights of the candidate as the record, and the route, had them, each change once. */
  readonly recorded: number[] = [0];
  readonly routed: number[] = [];
  private routedSince = 0;
  private readonly subsetSince = new Map<string, number>();
  private named: ReadonlySet<string> = new Set();
  private history = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly options: WatchOptions = { instant: true },
  ) {
    simulation.api.onWrite((call) => {
      const before = this.violations.length;
      this.check();
      for (let i = before; i < this.violations.length; i += 1) {
        this.violations[i] = `after ${call.verb} ${call.kind}/${call.name}: ${this.violations[i]}`;
      }
    });
  }

  assertNone(): void {
    if (this.violations.length > 0) throw new Error(this.violations.slice(0, 5).join("\n"));
  }

  private check(): void {
    const { record } = this.simulation;
    if (record) this.checkRecord(record);
    this.checkSubsets();
    this.checkPropagation(record);
    if (record) this.checkWeight(record);
    this.checkLoser();
  }

  /** Promise 1: weights sum to 100 and name subsets that exist. */
  private checkSubsets(): void {
    const rule = virtualService(this.simulation.api, this.options.rule);
    const known = destinationRule(this.simulation.api)?.spec.subsets?.map(({ name }) => name) ?? [];
    for (const { route = [] } of rule?.spec.http ?? []) {
      const own = route.filter(({ destination }) =>
        isHostOf(destination.host, { name: SERVICE, namespace: NAMESPACE }, NAMESPACE),
      );
      if (own.length === 0) continue;
      const sum = own.reduce((total, { weight }) => total + (weight ?? 100), 0);
      if (sum !== 100) this.violations.push(`the weights sum to ${sum}`);
      for (const { destination, weight = 100 } of own) {
        if (weight < 0) this.violations.push(`the weight ${weight} is negative`);
        if (destination.subset !== undefined && !known.includes(destination.subset)) {
          this.violations.push(`subset ${destination.subset} does not exist (${known.join(", ")})`);
        }
      }
    }
  }

  /** A release's first route names subsets only after the time that proxies need to learn of them. */
  private checkPropagation(record: ExperimentResource | undefined): void {
    const now = this.simulation.clock.now();
    const known = destinationRule(this.simulation.api)?.spec.subsets?.map(({ name }) => name) ?? [];
    for (const name of this.subsetSince.keys()) if (!known.includes(name)) this.subsetSince.delete(name);
    for (const name of known) if (!this.subsetSince.has(name)) this.subsetSince.set(name, now);

    const rule = virtualService(this.simulation.api, this.options.rule);
    const named = new Set(Object.keys(weightsOf(rule)));
    const isUrgent = record?.status?.serin?.verdict !== undefined || record?.metadata.deletionTimestamp !== undefined;
    for (const name of named) {
      const age = now - (this.subsetSince.get(name) ?? now);
      if (isUrgent || this.named.has(name) || age >= PROPAGATION_MS) continue;
      this.violations.push(`the route names subset ${name}, which is ${age} ms old`);
    }
    this.named = named;
  }

  private checkRecord(record: ExperimentResource): void {
    const weight = record.status?.trafficSplitPercentage?.candidate ?? 0;
    const last = this.recorded.at(-1) ?? 0;
    if (weight !== last) {
      this.checkStep(record, last, weight);
      this.recorded.push(weight);
    }
    this.checkHistory(record);
  }

  private checkStep(record: ExperimentResource, from: number, to: number): void {
    const { step, maxWeight } = planOf(record).traffic;
    const promotion = to === 100 && record.status?.serin?.verdict === "promoted";
    if (promotion ? from > maxWeight : to > Math.min(from + step, maxWeight)) {
      this.violations.push(`the weight goes from ${from} to ${to}, with step ${step} and maximum ${maxWeight}`);
    }
    if (to < from && record.status?.serin?.verdict === undefined) this.violations.push(`the weight falls to ${to}`);
  }

  private checkHistory({ spec, status }: ExperimentResource): void {
    const history = status?.serin?.history ?? [];
    if (history.length > 50) this.violations.push(`the history has ${history.length} entries`);
    const newest = history.at(-1);
    const added = newest !== undefined && newest.iteration !== this.history;
    if (!added) return;
    if (newest.iteration !== this.history + 1) {
      this.violations.push(`iteration ${newest.iteration} is assessed after iteration ${this.history}`);
    }
    this.history = newest.iteration;
    const interval = planOf({ spec } as ExperimentResource).traffic.intervalMs;
    const recordedMs = Date.parse(newest.assessedAt) - Date.parse(newest.startedAt);
    const inEffectMs = this.simulation.clock.now() - this.routedSince;
    const length = this.options.instant ? Math.min(recordedMs, inEffectMs) : recordedMs;
    if (length < interval) {
      this.violations.push(`iteration ${newest.iteration} at ${newest.weight} % took ${length} ms of ${interval} ms`);
    }
    if (this.options.instant && this.routed.at(-1) !== newest.weight) {
      this.violations.push(`iteration ${newest.iteration} was at ${this.routed.at(-1)} %, not ${newest.weight} %`);
    }
  }

  /** Promise 5: the route is what the record says, or what it said one step before. */
  private checkWeight(record: ExperimentResource): void {
    const rule = virtualService(this.simulation.api, this.options.rule);
    const { candidate = 0, stable } = weightsOf(rule);
    const weight = stable === undefined ? candidate : this.isCandidateStable() ? 100 : 0;
    if (rule === undefined || weight === this.routed.at(-1)) return;
    this.routed.push(weight);
    this.routedSince = this.simulation.clock.now();
    const deleted = record.metadata.deletionTimestamp !== undefined && weight === 0;
    if (!deleted && !this.recorded.slice(-2).includes(weight)) {
      this.violations.push(`the route gives ${weight} %, the record says ${this.recorded.slice(-2).join(" after ")}`);
    }
  }

  private isCandidateStable(): boolean {
    const stable = destinationRule(this.simulation.api)?.spec.subsets?.find(({ name }) => name === "stable");
    return stable?.labels["version"] === "v2";
  }

  /** A Deployment that is gone is not in the route, except when somebody else removed it. */
  private checkLoser(): void {
    const { api } = this.simulation;
    if (!api.writes.at(-1) || api.writes.at(-1)?.kind !== DEPLOYMENTS.plural) return;
    for (const [name, version] of [
      [BASELINE, "v1"],
      [CANDIDATE, "v2"],
    ] as const) {
      if (api.peek<typeof deployment>(DEPLOYMENTS, NAMESPACE, name) !== undefined) continue;
      const subsets = destinationRule(api)?.spec.subsets ?? [];
      if (subsets.some(({ labels }) => labels["version"] === version)) {
        this.violations.push(`${name} is deleted and still has a subset`);
      }
    }
  }
}
