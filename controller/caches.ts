import {
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../adapters/istio/rules";
import type { KubernetesClient, Scope } from "../adapters/kubernetes/client";
import type { Deployment, Service } from "../adapters/kubernetes/deployments";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { Informer } from "../adapters/kubernetes/informer";
import { LEASE_LABELS, type LeaseObject } from "../adapters/kubernetes/lease";
import type { OnChange } from "../adapters/kubernetes/objectCache";
import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  EXPERIMENTS,
  LEASES,
  SERVICES,
  type Collection,
  type KubernetesObject,
} from "../adapters/kubernetes/paths";
import { NOTIFIERS_CONFIG_MAP } from "../adapters/notify";
import { METRICS_CONFIG_MAP } from "../adapters/prometheus";
import type { Clock } from "../driver/world";
import type { CacheOf } from "./cachedApi";
import { deploymentDiffers, ruleDiffers, trimDeployment, trimExperiment, trimService } from "./collections";
import type { InvolvedKind } from "./involved";

export type ConfigMap = KubernetesObject & { readonly data?: Readonly<Record<string, string>> };

/** Who hears of changes. */
export interface CacheListener {
  readonly onExperiment: OnChange<ExperimentResource>;
  /** An object that experiments may depend on has changed. */
  readonly onInvolved: (kind: InvolvedKind, namespace: string, name: string) => void;
  readonly onMetrics: () => void;
  readonly onNotifiers: () => void;
  readonly onTrouble: (collection: string, text: string) => void;
}

export interface CachesOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /** The namespace to look after. Default: all. */
  readonly namespace?: string;
  /** Where the platform's ConfigMaps are. */
  readonly systemNamespace: string;
  readonly listener: CacheListener;
}

/** Copies of all that releases depend on. */
export class Caches {
  readonly experiments: Informer<ExperimentResource>;
  readonly leases: Informer<LeaseObject>;
  readonly notifiers: Informer<ConfigMap>;
  private readonly others: readonly Informer<KubernetesObject>[];
  private readonly byPlural: ReadonlyMap<string, Informer<KubernetesObject>>;

  constructor(private readonly options: CachesOptions) {
    const { namespace, systemNamespace, listener } = options;
    const scope = { namespace };
    const involved =
      <T extends KubernetesObject>(
        kind: InvolvedKind,
        differs: (now?: T, before?: T) => boolean = () => true,
      ): OnChange<T> =>
      (now, before) => {
        const { metadata } = (now ?? before) as T;
        if (differs(now, before)) listener.onInvolved(kind, metadata.namespace ?? "", metadata.name);
      };
    this.experiments = this.informer(EXPERIMENTS, scope, { trim: trimExperiment, onChange: listener.onExperiment });
    const services = this.informer<Service>(SERVICES, scope, { trim: trimService, onChange: involved("service") });
    const deployments = this.informer<Deployment>(DEPLOYMENTS, scope, {
      trim: trimDeployment,
      onChange: involved("deployment", deploymentDiffers),
    });
    const rules = { onChange: involved<VirtualService>("virtualService", ruleDiffers) };
    const virtualServices = this.informer<VirtualService>(VIRTUAL_SERVICES, scope, rules);
    const destinationRules = this.informer<DestinationRule>(DESTINATION_RULES, scope, {
      onChange: involved("destinationRule", ruleDiffers),
    });
    const labelSelector = Object.entries(LEASE_LABELS)
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    this.leases = this.informer(LEASES, { ...scope, labelSelector }, { onChange: involved("lease") });
    const metrics = this.informer<ConfigMap>(
      CONFIG_MAPS,
      { ...scope, fieldSelector: `metadata.name=${METRICS_CONFIG_MAP}` },
      { onChange: () => listener.onMetrics() },
    );
    this.notifiers = this.informer<ConfigMap>(
      CONFIG_MAPS,
      { namespace: systemNamespace, fieldSelector: `metadata.name=${NOTIFIERS_CONFIG_MAP}` },
      { onChange: () => listener.onNotifiers() },
    );
    this.others = [services, deployments, virtualServices, destinationRules, this.leases, metrics, this.notifiers].map(
      (informer) => informer as unknown as Informer<KubernetesObject>,
    );
    const named: [Collection, Informer<never>][] = [
      [EXPERIMENTS, this.experiments as never],
      [SERVICES, services as never],
      [DEPLOYMENTS, deployments as never],
      [VIRTUAL_SERVICES, virtualServices as never],
      [DESTINATION_RULES, destinationRules as never],
      [CONFIG_MAPS, metrics as never],
    ];
    this.byPlural = new Map(
      named.map(([{ plural }, informer]) => [plural, informer as unknown as Informer<KubernetesObject>]),
    );
  }

  /** Where the objects of a collection are kept. */
  readonly cacheOf: CacheOf = ({ plural }) => this.byPlural.get(plural)?.cache;

  get areSynced(): boolean {
    return this.experiments.isSynced && this.others.every(({ isSynced }) => isSynced);
  }

  /** Copies until the signal aborts. The experiments come last: a record is never older than the route that it speaks of. */
  async run(signal: AbortSignal): Promise<void> {
    const others = this.others.map((informer) => informer.run(signal));
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([Promise.all(this.others.map(({ synced }) => synced)), aborted]);
    await Promise.all([...others, signal.aborted ? undefined : this.experiments.run(signal)]);
  }

  private informer<T extends KubernetesObject>(
    collection: Collection,
    scope: Scope,
    options: Pick<ConstructorParameters<typeof Informer<T>>[0], "trim" | "onChange"> = {},
  ): Informer<T> {
    const { client, clock, listener } = this.options;
    const onTrouble = (text: string) => listener.onTrouble(collection.plural, text);
    return new Informer<T>({ client, collection, scope, clock, onTrouble, ...options });
  }
}
