import type { KubernetesApi } from "../kubernetes/api";
import { isConflict, orUndefined } from "../kubernetes/errors";
import type { KubernetesObject } from "../kubernetes/paths";
import { subsetsOf, weightsOf, type DesiredRoute } from "./desiredRoute";
import { desiredDestinationRule, hasSubsets, isSettled, transitionalSubsets } from "./destinationRule";
import { isHostOf, type ServiceRef } from "./host";
import { propagationLeft } from "./propagation";
import {
  DESTINATION_RULES,
  ruleName,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type Subset,
  type VirtualService,
} from "./rules";
import {
  desiredVirtualService,
  hasRoute,
  isForeignEdit,
  leadsToService,
  RouteShapeError,
  weightsBySubset,
} from "./virtualService";

/** A route as the cluster has it. */
export interface ObservedRoute {
  readonly virtualService?: VirtualService;
  readonly destinationRule?: DestinationRule;
  /** Weight by subset, of the entry that leads to the Service; empty where there is none. */
  readonly weights: Readonly<Record<string, number>>;
  /** Somebody else has changed the split since Serin last wrote it. */
  readonly foreignEdit: boolean;
}

/**
 * A resourceVersion that no object ever has: an apply that carries it makes the object, or fails with a conflict when
 * somebody else has made it in the meantime.
 */
const ABSENT = "1";

const ENSURE_TRIES = 5;

/** Time, as far as routes need it. */
export interface RouteClock {
  /** ms since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const systemClock: RouteClock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Reads and writes the Istio rules of one Service. */
export class ServiceRoutes {
  constructor(
    private readonly client: KubernetesApi,
    readonly service: ServiceRef,
    /** Name of the user's own VirtualService that is to carry the split; by default Serin makes one. */
    private readonly reference?: string,
    /** Called before each write; throws when this process may not write any more. */
    private readonly mayWrite: () => void = () => undefined,
    private readonly clock: RouteClock = systemClock,
  ) {}

  async read(): Promise<ObservedRoute> {
    const { name, namespace } = this.service;
    const rule = ruleName({ name, namespace });
    const [virtualService, destinationRule] = await Promise.all([
      orUndefined(this.client.get<VirtualService>(VIRTUAL_SERVICES, namespace, this.reference ?? rule)),
      orUndefined(this.client.get<DestinationRule>(DESTINATION_RULES, namespace, rule)),
    ]);
    return {
      virtualService,
      destinationRule,
      weights: virtualService ? weightsBySubset(this.service, virtualService) : {},
      foreignEdit: virtualService !== undefined && isForeignEdit(this.service, virtualService),
    };
  }

  /**
   * Names of VirtualServices, other than the one used, that route the Service inside the mesh, or lead to it from a
   * gateway without choosing a subset: requests would reach the candidate past the split.
   */
  async competitors(): Promise<string[]> {
    const used = this.reference ?? ruleName(this.service);
    const rules = await this.client.list<VirtualService>(VIRTUAL_SERVICES);
    return rules
      .filter((rule) => {
        const { metadata, spec } = rule;
        const inMesh = !spec.gateways?.length || spec.gateways.includes("mesh");
        const isUsed = metadata.name === used && metadata.namespace === this.service.namespace;
        if (isUsed) return false;
        return (
          (inMesh && spec.hosts?.some((host) => isHostOf(host, this.service, metadata.namespace))) ||
          leadsToService(this.service, rule)
        );
      })
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  }

  /** @throws RouteShapeError when the VirtualService cannot carry a split of this Service */
  check(rule: VirtualService): void {
    desiredVirtualService(this.service, { role: "stable", stable: {} }, rule, true);
  }

  /** Whether the route is the desired one already, so that there is nothing to write. */
  isInPlace(route: DesiredRoute, observed: ObservedRoute): boolean {
    const { virtualService, destinationRule } = observed;
    return (
      virtualService !== undefined &&
      hasRoute(virtualService, this.desired(route, observed)) &&
      isSettled(
        destinationRule,
        desiredDestinationRule(this.service, route, subsetsOf(route), destinationRule, this.clock.now()),
      )
    );
  }

  /**
   * Adds the subsets that the route is to name and that are not there yet, and leaves the VirtualService as it is. To be
   * called before {@link apply} wherever the change is not urgent, so that no proxy gets the route before the subsets.
   *
   * @param propagationMs how long a subset has to be there before the route names it; 0: no time, and nothing is added
   * @returns how long to wait before the route may name them, in ms; 0 where nothing is to be waited for
   * @throws KubernetesError 409 when somebody else wrote in between
   */
  async prepare(route: DesiredRoute, observed: ObservedRoute, propagationMs: number): Promise<number> {
    if (propagationMs === 0) return 0;
    const { virtualService, destinationRule: rule } = observed;
    if (virtualService !== undefined && hasRoute(virtualService, this.desired(route, observed))) return 0;
    const known = new Set(rule?.spec.subsets?.map(({ name }) => name));
    if (weightsOf(route).every(({ subset }) => known.has(subset))) {
      return propagationLeft(rule, this.clock.now(), propagationMs);
    }
    await this.applySubsets(route, rule, transitionalSubsets(rule, route));
    return propagationMs;
  }

  /**
   * Makes the route the desired one, in an order in which every subset that the VirtualService names exists at every
   * instant: first the new subsets beside the old, then the weights, then without the old subsets. Each write is
   * conditional on what was read, so that two writers never interleave; repeating it after any interruption is
   * harmless.
   *
   * @returns whether anything had to be written
   * @throws KubernetesError 409 when somebody else wrote in between
   */
  async apply(route: DesiredRoute, observed: ObservedRoute): Promise<boolean> {
    const desired = this.desired(route, observed);
    const inPlace = observed.virtualService !== undefined && hasRoute(observed.virtualService, desired);
    let rule = observed.destinationRule;
    const before = rule;
    if (!inPlace) {
      const during = transitionalSubsets(rule, route);
      if (!hasSubsets(rule, during)) rule = await this.applySubsets(route, rule, during);
      await this.write(VIRTUAL_SERVICES, desired, observed.virtualService);
    }
    rule = await this.applySubsets(route, rule, subsetsOf(route));
    return !inPlace || rule !== before;
  }

  /**
   * As {@link prepare} and {@link apply}, for whoever is not a driver: reads the route itself, waits until the subsets may be
   * named, and tries again when it was changed meanwhile.
   */
  async ensure(route: DesiredRoute, propagationMs: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        const left = await this.prepare(route, await this.read(), propagationMs);
        if (left > 0) await this.clock.sleep(left);
        await this.apply(route, await this.read());
        return;
      } catch (error) {
        if (!isConflict(error) || tries === ENSURE_TRIES) throw error;
      }
    }
  }

  private desired(route: DesiredRoute, { virtualService }: ObservedRoute): VirtualService {
    if (this.reference !== undefined && virtualService === undefined) {
      throw new RouteShapeError(`VirtualService ${this.reference} does not exist in ${this.service.namespace}`);
    }
    return desiredVirtualService(this.service, route, virtualService, this.reference !== undefined);
  }

  private async applySubsets(
    route: DesiredRoute,
    existing: DestinationRule | undefined,
    subsets: readonly Subset[],
  ): Promise<DestinationRule> {
    const desired = desiredDestinationRule(this.service, route, subsets, existing, this.clock.now());
    if (existing && isSettled(existing, desired)) return existing;
    return this.write(DESTINATION_RULES, desired, existing);
  }

  private write<T extends KubernetesObject>(
    collection: typeof VIRTUAL_SERVICES,
    desired: T,
    existing: KubernetesObject | undefined,
  ): Promise<T> {
    this.mayWrite();
    const resourceVersion = existing?.metadata.resourceVersion ?? ABSENT;
    return this.client.apply(collection, { ...desired, metadata: { ...desired.metadata, resourceVersion } });
  }

  /** Removes the rules that Serin made. A user's own VirtualService stays, and with it the subset that it names. */
  async remove(): Promise<void> {
    if (this.reference !== undefined) return;
    const name = ruleName(this.service);
    this.mayWrite();
    await orUndefined(this.client.delete(VIRTUAL_SERVICES, this.service.namespace, name));
    await orUndefined(this.client.delete(DESTINATION_RULES, this.service.namespace, name));
  }
}
