import type { DestinationRule, VirtualService } from "../../../adapters/istio/rules";
import { weightsBySubset } from "../../../adapters/istio/virtualService";
import { serviceKey, workloadOf } from "../load/releases";
import type { Shares } from "./traffic";

/**
 * What the Istio rules say of each Service's requests. The rules come from two watches in any order: while one names a
 * subset that the other has not shown yet, there is nothing to say.
 */
export class Routes {
  private readonly weights = new Map<string, Readonly<Record<string, number>>>();
  private readonly subsets = new Map<string, ReadonlyMap<string, string>>();
  private readonly said = new Map<string, string>();

  /** @param changed told of each change of a Service's shares */
  constructor(private readonly changed: (key: string, shares: Shares) => void) {}

  virtualService(rule: VirtualService): void {
    const { namespace } = rule.metadata;
    const [name] = rule.spec.hosts ?? [];
    if (name === undefined) return;
    const key = serviceKey({ namespace, service: name });
    this.weights.set(key, weightsBySubset({ name, namespace }, rule));
    this.resolve(key);
  }

  destinationRule({ metadata, spec }: DestinationRule): void {
    const key = serviceKey({ namespace: metadata.namespace, service: spec.host });
    this.subsets.set(key, new Map((spec.subsets ?? []).map(({ name, labels }) => [name, workloadOf(labels)])));
    this.resolve(key);
  }

  private resolve(key: string): void {
    const shares: Record<string, number> = {};
    for (const [subset, weight] of Object.entries(this.weights.get(key) ?? {})) {
      if (weight === 0) continue;
      const workload = this.subsets.get(key)?.get(subset);
      if (workload === undefined) return;
      shares[workload] = (shares[workload] ?? 0) + weight;
    }
    const text = JSON.stringify(Object.entries(shares).sort());
    if (text === "[]" || text === this.said.get(key)) return;
    this.said.set(key, text);
    this.changed(key, shares);
  }
}
