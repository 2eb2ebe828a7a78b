import type { Path } from "../values/path";
import type { Settings } from "../config/settings";
import type { Properties } from "../values/value";
import { groupOf, type Target } from "./target";

/**
 * Fields whose change asks for a new object, by kind: the API server will not change them in one that exists. The content
 * of ConfigMaps and Secrets is among them, as in the official plugin: pods see a change of it by the new name.
 */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  "apps/Deployment": ["spec.selector"],
  "apps/DaemonSet": ["spec.selector"],
  "apps/ReplicaSet": ["spec.selector"],
  "apps/StatefulSet": ["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
  "batch/Job": ["spec.selector", "spec.template", "spec.completionMode", "spec.manualSelector"],
  "/Pod": ["spec"],
  "/Service": ["spec.clusterIP", "spec.clusterIPs"],
  "/PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
    "spec.volumeMode",
    "spec.dataSource",
    "spec.dataSourceRef",
  ],
  "/PersistentVolume": ["spec.persistentVolumeSource", "spec.volumeMode"],
  "/Secret": ["type", "data", "stringData"],
  "/ConfigMap": ["data", "binaryData"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"],
  "storage.k8s.io/CSIDriver": ["spec.attachRequired", "spec.fsGroupPolicy", "spec.volumeLifecycleModes"],
  "scheduling.k8s.io/PriorityClass": ["value", "preemptionPolicy"],
  "node.k8s.io/RuntimeClass": ["handler"],
  "networking.k8s.io/IngressClass": ["spec.controller"],
  "apiextensions.k8s.io/CustomResourceDefinition": ["spec.group", "spec.scope", "spec.names.kind", "spec.names.plural"],
  "certificates.k8s.io/CertificateSigningRequest": ["spec"],
};

/** Fields of a Pod that may change. */
const POD_MAY_CHANGE =
  /^spec\.(?:containers|initContainers)\.\d+\.image$|^spec\.(?:activeDeadlineSeconds|tolerations)\b/;

/** Whether a change of a field asks for a new object; of the type that the object has now. */
export function asksForNewObject(apiVersion: string, kind: string, path: Path): boolean {
  const text = path.join(".");
  if (["metadata.name", "metadata.namespace", "metadata.generateName", "kind"].includes(text)) return true;
  const key = `${groupOf(apiVersion)}/${kind}`;
  if (key === "/Pod" && POD_MAY_CHANGE.test(text)) return false;
  return (IMMUTABLE[key] ?? []).some(
    (field) => text === field || text.startsWith(`${field}.`) || field.startsWith(`${text}.`),
  );
}

/** Whether an object would be another one under the other apiVersion; a mere other version of it is not. */
export function movesGroup(from: string, to: string): boolean {
  const family = (apiVersion: string) => groupOf(apiVersion).replace(/^extensions$/, "");
  const [before, after] = [family(from), family(to)];
  // Kinds of the old group `extensions` went to several groups.
  return before !== after && groupOf(from) !== "extensions" && groupOf(to) !== "extensions";
}

/** Whether the content of a ConfigMap or a Secret may change in place. */
export function isMutable({ apiVersion, kind }: Target, olds: Properties, settings: Settings | undefined): boolean {
  if (apiVersion !== "v1" || olds["immutable"] === true) return false;
  return kind === "ConfigMap"
    ? settings?.enableConfigMapMutable === true
    : kind === "Secret" && settings?.enableSecretMutable === true;
}
