import type { KubernetesApi } from "./api";
import { isConflict, isNotFound, isTransient, orUndefined } from "./errors";
import { LEASES, type KubernetesObject } from "./paths";

export interface LeaseObject extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** Name of the Lease that the controller's leader holds. */
export const CONTROLLER_LEASE = "serin-controller";

/** Labels of every Lease of Serin's. */
export const LEASE_LABELS = { "app.kubernetes.io/managed-by": "serin" } as const;

/** Name of the Lease that a `pulumi up` holds while it drives an experiment. */
export function experimentLease(experiment: string): string {
  return `serin-${experiment}`;
}

export interface LeaseOptions {
  readonly namespace: string;
  readonly name: string;
  /** Who holds it: unique to a process. */
  readonly identity: string;
  /** How long a holder that has stopped renewing still counts as alive, in whole seconds. */
  readonly durationSeconds: number;
  /** Object with which the Lease is to vanish. */
  readonly owner?: { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string };
  /** Monotonic clock in ms. */
  readonly monotonic: () => number;
  /** ms since 1970, for people who read the Lease. Default: the system's. */
  readonly now?: () => number;
}

/**
 * Whether somebody holds a Lease, to all appearances: for whoever only wants to know. It compares the holder's clock with
 * another, so it decides nothing that must be certain.
 *
 * @param now ms since 1970, by the API server's clock
 */
export function seemsHeld(lease: LeaseObject | undefined, now: number): boolean {
  const { holderIdentity, renewTime, leaseDurationSeconds = 0 } = lease?.spec ?? {};
  if (!holderIdentity || renewTime === undefined) return false;
  return now - Date.parse(renewTime) < (leaseDurationSeconds + CLOCK_TOLERANCE_SECONDS) * 1000;
}

const CLOCK_TOLERANCE_SECONDS = 2;

/** This process is not, or no longer, the one that may write. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

/**
 * A Kubernetes Lease, as client-go's leader election uses it: a holder that has not renewed for the whole duration, by
 * the observer's own clock, may be replaced. Clocks of different machines are never compared.
 */
export class Lease {
  private heldUntil = Number.NEGATIVE_INFINITY;
  private seen?: { readonly version: string | undefined; readonly at: number };
  /** As this holder wrote it last: renewed without reading it first. */
  private own?: LeaseObject;
  private durationSeconds: number;

  constructor(
    private readonly client: KubernetesApi,
    private readonly options: LeaseOptions,
  ) {
    this.durationSeconds = options.durationSeconds;
  }

  /** For how long the Lease is to be held from the next renewal on, in whole seconds. */
  set duration(seconds: number) {
    this.durationSeconds = seconds;
  }

  /** How often a holder should renew, in ms. */
  get renewEveryMs(): number {
    return (this.durationSeconds * 1000) / 3;
  }

  /** Whether this process holds the Lease for certain, at this instant. */
  isHeld(): boolean {
    return this.options.monotonic() < this.heldUntil;
  }

  /** @throws LeaseLostError when it is not held */
  assertHeld(): void {
    if (!this.isHeld()) throw new LeaseLostError(`the Lease ${this.options.name} is not held any more`);
  }

  /**
   * Takes the Lease, or renews it.
   *
   * @returns undefined when it is held now, else the identity of the holder
   */
  async acquire(): Promise<string | undefined> {
    const { namespace, name, monotonic } = this.options;
    const asked = monotonic();
    const lasts = this.durationSeconds * 1000;
    try {
      // Should the answer be lost, the shorter time counts: others will have seen it.
      if (this.isHeld()) this.heldUntil = Math.min(this.heldUntil, asked + lasts);
      const renewed = this.isHeld() && this.own ? await this.renew(this.own) : undefined;
      const lease = renewed ? undefined : await orUndefined(this.client.get<LeaseObject>(LEASES, namespace, name));
      if (renewed) {
        this.own = renewed;
      } else if (lease === undefined) {
        this.own = await this.client.create(LEASES, this.body(undefined));
      } else {
        if (!this.isFree(lease)) return lease.spec?.holderIdentity;
        this.own = await this.client.replace(LEASES, this.body(lease));
      }
    } catch (error) {
      if (isConflict(error)) return "another process, which was faster";
      if (isTransient(error) && this.isHeld()) return undefined; // still ours until it lapses; renewed at the next call
      throw error;
    }
    this.heldUntil = asked + lasts;
    return undefined;
  }

  /** @returns undefined when somebody has changed or removed the Lease */
  private async renew(own: LeaseObject): Promise<LeaseObject | undefined> {
    try {
      return await this.client.replace(LEASES, this.body(own));
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Takes note of a Lease that was seen without asking for it, as by a watch. */
  sight({ metadata }: LeaseObject): void {
    const { resourceVersion } = metadata;
    if (this.seen?.version !== resourceVersion) this.seen = { version: resourceVersion, at: this.options.monotonic() };
  }

  /** Gives the Lease up, so that the next driver need not wait for it to lapse. Best effort. */
  async release(): Promise<void> {
    if (!this.isHeld()) return;
    this.heldUntil = Number.NEGATIVE_INFINITY;
    const { namespace, name, identity } = this.options;
    const lease = await orUndefined(this.client.get<LeaseObject>(LEASES, namespace, name));
    if (lease?.spec?.holderIdentity !== identity) return;
    await this.client.replace(LEASES, { ...lease, spec: { ...lease.spec, holderIdentity: "" } });
  }

  /** Whether a Lease, as it was seen, could be taken: nobody holds it, its holder has lapsed, or is of this very name. */
  isFree(lease: LeaseObject | undefined): boolean {
    const { holderIdentity } = lease?.spec ?? {};
    return !lease || !holderIdentity || holderIdentity === this.options.identity || this.hasLapsed(lease);
  }

  /** Whether whoever holds a Lease has not renewed it for its whole duration, as far as this process has seen. */
  hasLapsed(lease: LeaseObject): boolean {
    this.sight(lease);
    const now = this.options.monotonic();
    const duration = lease.spec?.leaseDurationSeconds ?? this.options.durationSeconds;
    return now - (this.seen?.at ?? now) >= duration * 1000;
  }

  private body(existing: LeaseObject | undefined): LeaseObject {
    const { durationSeconds } = this;
    const { namespace, name, identity, owner } = this.options;
    const now = new Date((this.options.now ?? Date.now)()).toISOString().replace("Z", "000Z"); // MicroTime
    const renewal = existing?.spec?.holderIdentity === identity;
    return {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: {
        name,
        namespace,
        labels: LEASE_LABELS,
        resourceVersion: existing?.metadata.resourceVersion,
        ...(owner ? { ownerReferences: [owner] } : {}),
      },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: durationSeconds,
        acquireTime: renewal ? existing.spec?.acquireTime : now,
        renewTime: now,
        leaseTransitions: (existing?.spec?.leaseTransitions ?? 0) + (existing && !renewal ? 1 : 0),
      },
    };
  }
}
