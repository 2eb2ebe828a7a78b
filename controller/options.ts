/** What the controller is told. */
export interface ControllerOptions {
  /** Path or text of a kubeconfig. Default: $KUBECONFIG, ~/.kube/config, or the pod's service account. */
  readonly kubeconfig?: string;
  /** The only namespace to look after. Default: all. */
  readonly namespace?: string;
  /** Namespace of the leader's Lease and of the platform's ConfigMaps. */
  readonly systemNamespace: string;
  /** Base URL of the Prometheus of experiments that name none. */
  readonly prometheusURL: string;
  /** Where `/healthz`, `/readyz` and `/metrics` are served. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Requests to the API server in flight at most. */
  readonly concurrency: number;
  /** Kubernetes Events written a second, in the long run. */
  readonly eventsPerSecond: number;
  /**
   * By what name the Lease is held. A process that is started again under the name of one that died goes on at once, without
   * waiting for the Lease to lapse: so no two may ever run under one name, as is true of a pod's. Default: one of its own.
   */
  readonly identity?: string;
  /** Name of the controller's own Deployment: when that is being deleted, the controller lets its releases go. */
  readonly deployment?: string;
}

export const DEFAULTS = {
  systemNamespace: "iter8",
  listen: "0.0.0.0:8081",
  concurrency: 24,
  eventsPerSecond: 25,
} as const;
