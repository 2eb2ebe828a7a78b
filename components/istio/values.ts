import type * as pulumi from "@pulumi/pulumi";
import type { ChartValues, IngressGatewayArgs, IstioArgs, IstioCniArgs, ScaleArgs } from "./istioArgs";
import { mergeValues } from "./mergeValues";
import { revisionLabel, type Revisions } from "./revisions";

/** The level `restricted` of Pod Security asks for it. */
const seccompProfile = { type: "RuntimeDefault" };

const istiodResources = { requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "4Gi" } };
const gatewayResources = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1500m", memory: "1Gi" } };
const cniResources = { requests: { cpu: "100m", memory: "100Mi" }, limits: { memory: "512Mi" } };

const gatewayPorts = [
  { name: "status-port", port: 15021, protocol: "TCP", targetPort: 15021 },
  { name: "http2", port: 80, protocol: "TCP", targetPort: 80 },
  { name: "https", port: 443, protocol: "TCP", targetPort: 443 },
];

/** Values of the chart `base`: types, and which revision validates. */
export function baseValues(args: IstioArgs, namespace: pulumi.Input<string>, { fallback }: Revisions): ChartValues {
  const defaultRevision = args.configValidation === false ? "" : revisionLabel(fallback);
  return mergeValues({ defaultRevision, global: { istioNamespace: namespace } }, args.values?.base);
}

/** Values of the chart `istiod` for one of the revisions. */
export function istiodValues(
  args: IstioArgs,
  namespace: pulumi.Input<string>,
  revision: string,
  over: ChartValues | undefined = args.values?.istiod,
): ChartValues {
  const { priorityClassName, ...nodes } = args.placement ?? {};
  const ours = {
    revision,
    ...istiodScale(args),
    ...nodes,
    resources: args.resources ?? istiodResources,
    seccompProfile,
    topologySpreadConstraints: spread({ app: "istiod", "istio.io/rev": revisionLabel(revision) }),
    cni: { enabled: isOn(args.cni) },
    gateways: { seccompProfile },
    global: {
      istioNamespace: namespace,
      configValidation: args.configValidation ?? true,
      networkPolicy: { enabled: true },
      proxy: { seccompProfile },
      ...(priorityClassName === undefined ? {} : { priorityClassName }),
    },
    meshConfig: mergeValues({ enablePrometheusMerge: true }, args.meshConfig),
  };
  return mergeValues(ours, over);
}

/** Values of the chart `gateway`. @param name of its Deployment and Service */
export function gatewayValues(
  args: IngressGatewayArgs,
  name: string,
  { fallback }: Revisions,
  over: ChartValues | undefined,
): ChartValues {
  const { serviceType, ports, serviceAnnotations } = args;
  const ours = {
    name,
    ...(fallback === "" ? {} : { revision: fallback }),
    ...gatewayScale(args),
    ...args.placement,
    resources: args.resources ?? gatewayResources,
    securityContext: {
      runAsNonRoot: true,
      seccompProfile,
      // So that it may listen at ports 80 and 443 without a capability.
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
    },
    topologySpreadConstraints: spread({ app: name }),
    podDisruptionBudget: { minAvailable: 1 },
    service: {
      type: serviceType ?? "LoadBalancer",
      ports: ports ?? gatewayPorts,
      ...(serviceAnnotations === undefined ? {} : { annotations: serviceAnnotations }),
    },
  };
  return mergeValues(ours, over);
}

/** Values of the chart `cni`. */
export function cniValues(args: IstioCniArgs, over: ChartValues | undefined): ChartValues {
  return mergeValues({ resources: args.resources ?? cniResources }, over);
}

export function isOn(part: boolean | object | undefined): boolean {
  return part !== undefined && part !== false;
}

function istiodScale({ replicas, autoscaling = {} }: ScaleArgs): ChartValues {
  if (replicas !== undefined) return { autoscaleEnabled: false, replicaCount: replicas };
  const { minReplicas = 2, maxReplicas = 5, targetCpu = 80 } = autoscaling;
  return {
    autoscaleEnabled: true,
    autoscaleMin: minReplicas,
    autoscaleMax: maxReplicas,
    cpu: { targetAverageUtilization: targetCpu },
  };
}

function gatewayScale({ replicas, autoscaling = {} }: ScaleArgs): ChartValues {
  if (replicas !== undefined) return { autoscaling: { enabled: false }, replicaCount: replicas };
  const { minReplicas = 2, maxReplicas = 5, targetCpu = 80 } = autoscaling;
  return { autoscaling: { enabled: true, minReplicas, maxReplicas, targetCPUUtilizationPercentage: targetCpu } };
}

function spread(matchLabels: Readonly<Record<string, string>>): readonly object[] {
  return [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels },
    },
  ];
}
