import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";

/** Namespaces that every cluster has. */
const ofEveryCluster = new Set(["default", "kube-node-lease", "kube-public", "kube-system"]);

/** A Deployment or StatefulSet, and how many of its pods are available. */
export interface WorkloadStatus {
  readonly name: string;
  readonly namespace: string;
  readonly wanted: number;
  readonly available: number;
}

/** What is installed on a cluster, as its users see it. */
export class Installed {
  private readonly apps: AppsV1Api;
  private readonly core: CoreV1Api;

  constructor(kubeconfig: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.apps = config.makeApiClient(AppsV1Api);
    this.core = config.makeApiClient(CoreV1Api);
  }

  async workloads(): Promise<WorkloadStatus[]> {
    const [deployments, statefulSets] = await Promise.all([
      this.apps.listDeploymentForAllNamespaces(),
      this.apps.listStatefulSetForAllNamespaces(),
    ]);
    return [...deployments.items, ...statefulSets.items].map(({ metadata, spec, status }) => ({
      name: metadata?.name ?? "",
      namespace: metadata?.namespace ?? "",
      wanted: spec?.replicas ?? 1,
      available: status?.availableReplicas ?? 0,
    }));
  }

  /** Namespaces besides those of every cluster. */
  async namespaces(): Promise<string[]> {
    const { items } = await this.core.listNamespace();
    return items.map(({ metadata }) => metadata?.name ?? "").filter((name) => !ofEveryCluster.has(name));
  }
}
