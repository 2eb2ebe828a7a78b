import type { KubernetesObject } from "../../../adapters/kubernetes/paths";
import { LEADER_LEASE, type History, type Version, type Write } from "./history";

/** The kinds of objects whose every version is kept. */
export const KINDS = ["experiment", "virtualService", "destinationRule", "lease"] as const;
export type Kind = (typeof KINDS)[number];

interface Mutable {
  readonly versions: Record<Kind, Version<KubernetesObject>[]>;
  readonly writes: Write[];
}

/** What was seen of each namespace: of the one experiment in it, its route and its Lease. */
export class Histories {
  private readonly byNamespace = new Map<string, Mutable>();

  /**
   * Adds a version, wherever it belongs in the order of the revisions; one that is known already changes nothing.
   *
   * @returns whether it was new
   */
  add(kind: Kind, namespace: string, version: Version<KubernetesObject>): boolean {
    const versions = this.of(namespace).versions[kind];
    let place = versions.length;
    while (place > 0 && (versions[place - 1]?.revision ?? 0) > version.revision) place -= 1;
    if (versions[place - 1]?.revision === version.revision) return false;
    versions.splice(place, 0, version);
    return true;
  }

  addWrite(namespace: string, write: Write): void {
    this.of(namespace).writes.push(write);
  }

  /** The newest version that is known; undefined before the first and after a deletion. */
  latest<T extends KubernetesObject>(kind: Kind, namespace: string): T | undefined {
    return this.byNamespace.get(namespace)?.versions[kind].at(-1)?.object as T | undefined;
  }

  /** The namespaces in which an object of this kind is believed to exist. */
  namespacesWith(kind: Kind): string[] {
    return [...this.byNamespace.keys()].filter((namespace) => this.latest(kind, namespace) !== undefined);
  }

  historyOf(namespace: string): History {
    const { versions, writes } = this.of(namespace);
    const leaderLease = this.of(LEADER_LEASE.namespace).versions.lease;
    return { ...versions, leaderLease, writes } as unknown as History;
  }

  /** Forgets a namespace that has been judged. */
  drop(namespace: string): void {
    this.byNamespace.delete(namespace);
  }

  private of(namespace: string): Mutable {
    let found = this.byNamespace.get(namespace);
    if (found === undefined) {
      found = { versions: { experiment: [], virtualService: [], destinationRule: [], lease: [] }, writes: [] };
      this.byNamespace.set(namespace, found);
    }
    return found;
  }
}
