import { VIRTUAL_SERVICES } from "../../../adapters/istio/rules";
import type { KubernetesClient } from "../../../adapters/kubernetes/client";

/** A second version beside the one that a release has left. */
export const reviewsWithCandidate = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: reviews-next
  namespace: bookinfo
spec:
  replicas: 1
  selector: { matchLabels: { app: reviews, version: next } }
  template:
    metadata: { labels: { app: reviews, version: next } }
    spec:
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: reviews
          image: reviews:next
          ports: [{ containerPort: 9080 }]
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
`;

/** A release that the controller drives, and that takes longer than anybody waits. */
export const endlessExperiment = (baseline: string): string => `
apiVersion: iter8.tools/v1alpha1
kind: Experiment
metadata:
  name: reviews-next
  namespace: bookinfo
spec:
  targetService: { apiVersion: v1, name: reviews, baseline: ${baseline}, candidate: reviews-next }
  trafficControl: { strategy: check_and_increment, interval: 5m, maxIterations: 100, trafficStepSize: 20 }
  analysis:
    successCriteria:
      - { metricName: iter8_latency, toleranceType: threshold, tolerance: 1000, sampleSize: 10 }
`;

interface Route {
  readonly spec: {
    readonly http?: readonly {
      readonly route?: readonly { readonly weight?: number; readonly destination: { readonly subset?: string } }[];
    }[];
  };
}

/** The shares of a route by subset, in percent; undefined when there is no route (any more). */
export async function sharesOf(client: KubernetesClient, name: string): Promise<Record<string, number> | undefined> {
  try {
    const { spec } = await client.get<Route & { metadata: { name: string; namespace: string } }>(
      VIRTUAL_SERVICES,
      "bookinfo",
      name,
    );
    const routes = spec.http?.[0]?.route ?? [];
    return Object.fromEntries(routes.map(({ destination, weight }) => [destination.subset ?? "", weight ?? 100]));
  } catch {
    return undefined;
  }
}
