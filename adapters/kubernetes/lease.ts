import type { KubernetesClient } from "./client";
import { isConflict, isTransient, orUndefined } from "./errors";
import { LEASES, type KubernetesObject } from "./paths";

interface LeaseObject extends KubernetesObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
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

  constructor(
    private readonly client: KubernetesClient,
    private readonly options: LeaseOptions,
  ) {}

  /** How often a holder should renew, in ms. */
  get renewEveryMs(): number {
    return (this.options.durationSeconds * 1000) / 3;
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
    const { namespace, name, identity, monotonic } = this.options;
    const asked = monotonic();
    try {
      const lease = await orUndefined(this.client.get<LeaseObject>(LEASES, namespace, name));
      if (lease === undefined) {
        await this.client.create(LEASES, this.body(undefined));
      } else {
        const holder = lease.spec?.holderIdentity ?? "";
        if (holder !== "" && holder !== identity && !this.hasLapsed(lease)) return holder;
        await this.client.replace(LEASES, this.body(lease));
      }
    } catch (error) {
      if (isConflict(error)) return "another process, which was faster";
      if (isTransient(error) && this.isHeld()) return undefined; // still ours until it lapses; renewed at the next call
      throw error;
    }
    this.heldUntil = asked + this.options.durationSeconds * 1000;
    return undefined;
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

  private hasLapsed(lease: LeaseObject): boolean {
    const now = this.options.monotonic();
    const { resourceVersion } = lease.metadata;
    if (this.seen?.version !== resourceVersion) this.seen = { version: resourceVersion, at: now };
    const duration = lease.spec?.leaseDurationSeconds ?? this.options.durationSeconds;
    return now - (this.seen?.at ?? now) >= duration * 1000;
  }

  private body(existing: LeaseObject | undefined): LeaseObject {
    const { namespace, name, identity, durationSeconds, owner } = this.options;
    const now = new Date((this.options.now ?? Date.now)()).toISOString().replace("Z", "000Z"); // MicroTime
    const renewal = existing?.spec?.holderIdentity === identity;
    return {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: {
        name,
        namespace,
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
