import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs, ResourcesArgs } from "../common/placement";

/** Values of a Helm chart, as its `values.yaml` has them. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** Where the charts come from: a Helm repository, or a folder of this machine. */
export type IstioChartsArgs =
  | {
      /** URL of the repository. @default "https://istio-release.storage.googleapis.com/charts" */
      readonly repository?: pulumi.Input<string>;
    }
  | {
      /**
       * Folder with the charts, either as `helm pull --untar` leaves them (`base`, `istiod`, `gateway`, `cni`) or as
       * Istio's sources have them (`istio-control/istio-discovery`, `istio-cni`).
       */
      readonly path: string;
    };

/** A further control plane that runs beside the newest one, while namespaces move from it. */
export interface IstioRevisionArgs {
  /** Its revision; `""` for a control plane that was installed without one. */
  readonly revision: string;
  /** Version of its chart, such as `1.29.2`; without effect with charts from a folder. */
  readonly version: pulumi.Input<string>;
  /** Where its chart comes from. @default where those of the newest one come from */
  readonly charts?: IstioChartsArgs;
  /** Values of its `istiod` chart, merged over those of the component. @default `values.istiod` */
  readonly values?: ChartValues;
}

/** How many replicas there are, by the load on their CPUs. */
export interface AutoscalingArgs {
  /** Least number of replicas, at least 1; from 2 on there is a PodDisruptionBudget. @default 2 */
  readonly minReplicas?: pulumi.Input<number>;
  /** Largest number of replicas, at least `minReplicas`. @default 5 */
  readonly maxReplicas?: pulumi.Input<number>;
  /** Use of the requested CPU that is aimed at, in percent. @default 80 */
  readonly targetCpu?: pulumi.Input<number>;
}

/** How many replicas of a Deployment there are, and what they may use. */
export interface ScaleArgs {
  /** Fixed number of replicas, at least 1; without it their number follows the load. @default none */
  readonly replicas?: pulumi.Input<number>;
  /** Bounds of the number of replicas, where it isn't fixed. @default 2 to 5, at 80 % of the requested CPU */
  readonly autoscaling?: AutoscalingArgs;
  /**
   * What each replica reserves and may use at most.
   * @default istiod: requests 500m and 2Gi, limit 4Gi; gateway: requests 100m and 128Mi, limits 1500m and 1Gi
   */
  readonly resources?: ResourcesArgs;
  /** Where the pods may run. @default anywhere, spread over nodes */
  readonly placement?: PlacementArgs;
}

/** A gateway through which requests from outside come into the mesh. */
export interface IngressGatewayArgs extends ScaleArgs {
  /** Name of its Deployment and Service; Istio's `Gateway` selects it by the label `istio`, the name without `istio-`. @default "istio-ingressgateway" */
  readonly name?: string;
  /** Its namespace. @default "istio-ingress" */
  readonly namespace?: pulumi.Input<string>;
  /** Whether the namespace is made, and removed with the component. @default true */
  readonly createNamespace?: boolean;
  /** Type of its Service: `LoadBalancer`, `NodePort` or `ClusterIP`. @default "LoadBalancer" */
  readonly serviceType?: pulumi.Input<string>;
  /** Ports of its Service. @default 15021 (health), 80 (http2) and 443 (https) */
  readonly ports?: pulumi.Input<pulumi.Input<k8s.types.input.core.v1.ServicePort>[]>;
  /** Annotations of its Service, such as those that choose a load balancer. @default none */
  readonly serviceAnnotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The node agent that sets up the redirection of traffic, so that pods need no rights for it. */
export interface IstioCniArgs {
  /** Its namespace, whose Pod Security level is `privileged`, since the agent works on the node. @default "istio-cni" */
  readonly namespace?: pulumi.Input<string>;
  /** Whether the namespace is made, and removed with the component. @default true */
  readonly createNamespace?: boolean;
  /** What each pod reserves and may use at most. @default requests 100m and 100Mi, limit 512Mi */
  readonly resources?: ResourcesArgs;
}

/** An Istio that somebody else has installed. */
export interface ExistingIstioArgs {
  /** Namespace of its control plane. @default "istio-system" */
  readonly namespace?: pulumi.Input<string>;
  /** Revision to use; without one, the default one. @default the default revision */
  readonly revision?: string;
  /** Its version, which is handed on to `version`. @default unknown */
  readonly version?: pulumi.Input<string>;
  /** Whether its CNI agent runs; then pods of the mesh need no rights of their own. @default false */
  readonly cni?: boolean;
  /** Host name of its ingress gateway's Service inside of the cluster. @default none */
  readonly ingressGatewayHost?: pulumi.Input<string>;
}

/** An Istio, to install or to use. */
export interface IstioArgs extends ScaleArgs {
  /** Version of the charts in the repository, such as `1.30.5`; with charts from a folder, that of the folder. @default "1.30.5" */
  readonly version?: pulumi.Input<string>;
  /** Where the charts come from. @default Istio's own repository */
  readonly charts?: IstioChartsArgs;
  /** Namespace of the control plane. @default "istio-system" */
  readonly namespace?: pulumi.Input<string>;
  /** Whether the namespace is made, and removed with the component. @default true */
  readonly createNamespace?: boolean;
  /** Name of this control plane, so that others can run beside it, such as `1-30-5`; at most 50 characters. @default none: the only one */
  readonly revision?: string;
  /** Control planes that stay beside the newest one, until no namespace uses them any more. @default none */
  readonly previousRevisions?: readonly IstioRevisionArgs[];
  /** The revision that namespaces with `istio-injection: enabled` get, and that validates; `""` for the one without a name. @default the one without a name if there is one, else `revision` */
  readonly defaultRevision?: string;
  /** Further names for revisions, by which namespaces may choose them: `{ stable: "1-29-2" }`. @default none */
  readonly revisionTags?: Readonly<Record<string, string>>;
  /** Whether Istio's types go with the component, or are `kept` with all their objects. @default "installed" */
  readonly crds?: "installed" | "kept";
  /** Whether istiod checks objects of Istio's types when they are written; until it runs they are refused. @default true */
  readonly configValidation?: boolean;
  /** Settings of the mesh, merged over `{ enablePrometheusMerge: true }`. @default none */
  readonly meshConfig?: ChartValues;
  /** A gateway for requests from outside; `true` is one with the defaults. @default false */
  readonly ingressGateway?: boolean | IngressGatewayArgs;
  /** The CNI agent; without it pods of the mesh begin with a container that needs `NET_ADMIN`. `true` is one with the defaults. @default false */
  readonly cni?: boolean | IstioCniArgs;
  /** Values of the charts, merged over those of the component, and stronger. @default none */
  readonly values?: {
    /** Of Istio's types. @default none */
    readonly base?: ChartValues;
    /** Of the control plane. @default none */
    readonly istiod?: ChartValues;
    /** Of the ingress gateway. @default none */
    readonly gateway?: ChartValues;
    /** Of the CNI agent. @default none */
    readonly cni?: ChartValues;
  };
  /** An Istio that is there already: nothing is installed, and no other argument may be given. @default none */
  readonly existing?: ExistingIstioArgs;
}
