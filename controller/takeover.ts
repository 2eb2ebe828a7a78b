import type { KubernetesApi } from "../adapters/kubernetes/api";
import { API_VERSION, KIND, type ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import type { ExperimentStore } from "../adapters/kubernetes/experiments";
import { experimentLease, Lease, type LeaseObject } from "../adapters/kubernetes/lease";
import { keyOf, type Key } from "../adapters/kubernetes/objectCache";
import type { Clock } from "../driver/world";

/** How long a `pulumi up` may be without a Lease: it makes one when it begins, and gives it up when it ends early. */
const WITHOUT_LEASE_MS = 15_000;
const ASK_AGAIN_MS = 1000;

interface Watched {
  readonly lease: Lease;
  /** Since when nobody has held the Lease, by the monotonic clock. */
  vacantSince?: number;
}

export interface TakeoverOptions {
  readonly api: KubernetesApi;
  readonly store: ExperimentStore;
  readonly clock: Clock;
  readonly identity: string;
  /** The Lease of an experiment, as it was last seen. */
  readonly leaseOf: (namespace: string, name: string) => LeaseObject | undefined;
}

/** Takes over releases that a `pulumi up` drove, once it has died: its Lease has lapsed, or it has none. */
export class Takeover {
  private readonly watched = new Map<Key, Watched>();

  constructor(private readonly options: TakeoverOptions) {}

  forget(key: Key): void {
    this.watched.delete(key);
  }

  /**
   * Takes a release over, if it is time.
   *
   * @returns ms after which to try again; 0 when it has been taken over
   */
  async attempt(experiment: ExperimentResource): Promise<number> {
    const { store, clock, leaseOf } = this.options;
    const { namespace, name } = experiment.metadata;
    const watched = this.watch(experiment);
    const seen = leaseOf(namespace, experimentLease(name));
    if (!seen?.spec?.holderIdentity) {
      watched.vacantSince ??= clock.monotonic();
      const left = watched.vacantSince + WITHOUT_LEASE_MS - clock.monotonic();
      if (left > 0) return left;
    } else {
      delete watched.vacantSince;
      // An earlier try may have got the Lease and no further.
      if (!watched.lease.isHeld() && !watched.lease.hasLapsed(seen)) return ASK_AGAIN_MS;
    }
    if ((await watched.lease.acquire()) !== undefined) return ASK_AGAIN_MS;
    // From here on its `pulumi up` cannot write, should it still live; with the record changed it never will again.
    await store.assign(experiment, "controller");
    await watched.lease.release();
    this.forget(keyOf(experiment));
    return 0;
  }

  private watch({ metadata }: ExperimentResource): Watched {
    const { namespace, name, uid } = metadata;
    const key = `${namespace}/${name}`;
    const { api, clock, identity } = this.options;
    const watched = this.watched.get(key) ?? {
      lease: new Lease(api, {
        namespace,
        name: experimentLease(name),
        identity,
        durationSeconds: 10,
        owner: uid === undefined ? undefined : { apiVersion: API_VERSION, kind: KIND, name, uid },
        monotonic: clock.monotonic,
        now: clock.now,
      }),
    };
    this.watched.set(key, watched);
    return watched;
  }
}
