import { driverOf } from "../../../adapters/kubernetes/experiment/read";
import type { DriverName } from "../../../adapters/kubernetes/experiment/resource";
import type { History } from "./history";

/** From one revision on, this process may write record and route; undefined: nobody. */
export interface Tenure {
  readonly revision: number;
  readonly at: number;
  readonly process?: string;
}

/**
 * Who may write, from revision to revision: the record says whether a `pulumi up` or the controller drives, and the
 * experiment's Lease, or that of the controllers' leader, says which process that is.
 *
 * @param processOf the process that calls itself by an identity in Leases; undefined for one that was never seen
 */
export function tenuresOf(
  { experiment, lease, leaderLease }: History,
  processOf: (identity: string) => string | undefined,
): Tenure[] {
  const holders: Record<DriverName, string | undefined> = { pulumi: undefined, controller: undefined };
  let driver: DriverName = "controller";
  const changes: { revision: number; at: number; apply: () => void }[] = [
    ...experiment.map(({ revision, at, object }) => ({
      revision,
      at,
      apply: () => void (driver = object === undefined ? driver : driverOf(object)),
    })),
    ...lease.map(({ revision, at, object }) => ({
      revision,
      at,
      apply: () => void (holders.pulumi = object?.spec?.holderIdentity || undefined),
    })),
    ...leaderLease.map(({ revision, at, object }) => ({
      revision,
      at,
      apply: () => void (holders.controller = object?.spec?.holderIdentity || undefined),
    })),
  ];
  const tenures: Tenure[] = [];
  for (const { revision, at, apply } of changes.sort((a, b) => a.revision - b.revision)) {
    apply();
    const identity = holders[driver];
    const process = identity === undefined ? undefined : (processOf(identity) ?? identity);
    const last = tenures.at(-1);
    if (last === undefined || last.process !== process) tenures.push({ revision, at, process });
  }
  return tenures;
}
