import type * as k8s from "@pulumi/kubernetes";

/** The disk of a pod; without a volume it is lost with the pod. */
export type Disk =
  | { readonly isKept: false; readonly size: string }
  | {
      readonly isKept: true;
      readonly size: string;
      readonly className?: string;
      readonly onDestroy: "delete" | "keep";
    };

/** Size of a volume unless another is asked for. */
export const DEFAULT_DISK = "20Gi";

/** Most that a disk without a volume may take of its node. */
export const LOST_DISK = "10Gi";

const kubernetesUnits = { M: 1e6, G: 1e9, T: 1e12, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const prometheusUnits = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40, PB: 2 ** 50, EB: 2 ** 60 };

/** Bytes of a size as Kubernetes writes it, from M to Ti. */
export const diskBytes = (size: string): number => bytes(size, kubernetesUnits);

/** Bytes of a size as Prometheus writes it, with units of 1024 each. */
export const sizeBytes = (size: string): number => bytes(size, prometheusUnits);

function bytes(size: string, units: Readonly<Record<string, number>>): number {
  const [, amount, unit = ""] = /^([\d.]+)([A-Za-z]+)$/.exec(size) ?? [];
  return Number(amount) * (units[unit] ?? NaN);
}

/**
 * Most that the samples may take of a disk, as a flag of Prometheus: 80 %, since compaction needs room, and the log that is
 * written ahead is not counted.
 *
 * @example retentionSize("20Gi") // "16384MB"
 */
export function retentionSize(disk: string): string {
  return `${Math.max(1, Math.floor((0.8 * diskBytes(disk)) / prometheusUnits.MB))}MB`;
}

/** The parts of a StatefulSet's spec that a disk stands for; the volume is called `data`. */
export function claims(disk: Disk): k8s.types.input.core.v1.PersistentVolumeClaim[] {
  if (!disk.isKept) return [];
  return [
    {
      metadata: { name: "data" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        ...(disk.className === undefined ? {} : { storageClassName: disk.className }),
        resources: { requests: { storage: disk.size } },
      },
    },
  ];
}

/** What is to become of the claims. */
export function claimsPolicy(
  disk: Disk,
): k8s.types.input.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy | undefined {
  if (!disk.isKept) return undefined;
  return { whenDeleted: disk.onDestroy === "delete" ? "Delete" : "Retain", whenScaled: "Retain" };
}
