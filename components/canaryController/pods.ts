import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { versionOf } from "../common/image";
import { type PlacementArgs, placementSpec, spreadOverNodes, type ResourcesArgs } from "../common/placement";
import { restrictedContainer, restrictedPod } from "../common/restricted";

type DeploymentSpec = k8s.types.input.apps.v1.DeploymentSpec;

/** User of the image, as its Dockerfile sets it. */
const user = 65532;

const defaultResources: ResourcesArgs = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "1", memory: "512Mi" },
};

/** What the controller and the analytics service differ in. */
export interface ProgramArgs {
  /** Component in the labels, and name of the container. */
  readonly component: "controller" | "analytics";
  readonly serviceAccount: pulumi.Input<string>;
  /** Whether the pods have a token of their ServiceAccount. */
  readonly usesApiServer: boolean;
  readonly image: pulumi.Input<string>;
  readonly imagePullSecrets?: pulumi.Input<pulumi.Input<string>[]>;
  readonly args: pulumi.Input<string>[];
  readonly env?: k8s.types.input.core.v1.EnvVar[];
  readonly port: number;
  readonly replicas: pulumi.Input<number>;
  readonly gracePeriodSeconds: number;
  readonly resources?: ResourcesArgs;
  readonly placement?: PlacementArgs;
}

/** The labels by which the pods are selected. */
export const selectorOf = (component: ProgramArgs["component"]): Record<string, string> => ({
  "app.kubernetes.io/name": "serin",
  "app.kubernetes.io/component": component,
});

/** Labels of what belongs to a component; without the version, so that an upgrade leaves it as it is. */
export const labelsOf = (component: ProgramArgs["component"]): Record<string, string> => ({
  ...selectorOf(component),
  "app.kubernetes.io/part-of": "serin",
});

/** The Deployment of one of Serin's programs. */
export function deploymentSpec(program: ProgramArgs): DeploymentSpec {
  const { component, port, replicas, image } = program;
  return {
    replicas,
    selector: { matchLabels: selectorOf(component) },
    template: {
      metadata: {
        labels: {
          ...labelsOf(component),
          "app.kubernetes.io/version": versionLabel(image),
          // They talk to the API server and Prometheus, which are outside of the mesh.
          "sidecar.istio.io/inject": "false",
        },
        annotations: {
          "prometheus.io/scrape": "true",
          "prometheus.io/port": String(port),
          "prometheus.io/path": "/metrics",
        },
      },
      spec: podSpec(program),
    },
  };
}

function podSpec(program: ProgramArgs): k8s.types.input.core.v1.PodSpec {
  const { component, serviceAccount, usesApiServer, imagePullSecrets, gracePeriodSeconds, placement } = program;
  return {
    serviceAccountName: serviceAccount,
    ...(usesApiServer ? {} : { automountServiceAccountToken: false }),
    ...(imagePullSecrets === undefined
      ? {}
      : { imagePullSecrets: pulumi.output(imagePullSecrets).apply((names) => names.map((name) => ({ name }))) }),
    terminationGracePeriodSeconds: gracePeriodSeconds,
    securityContext: { ...restrictedPod, runAsUser: user, runAsGroup: user },
    topologySpreadConstraints: [spreadOverNodes(selectorOf(component))],
    containers: [containerOf(program)],
    ...placementSpec(placement),
  };
}

function containerOf({
  component,
  image,
  args,
  env,
  port,
  resources = defaultResources,
}: ProgramArgs): k8s.types.input.core.v1.Container {
  return {
    name: component,
    image,
    args,
    ...(env === undefined ? {} : { env }),
    ports: [{ name: "http", containerPort: port }],
    livenessProbe: {
      httpGet: { path: "/healthz", port: "http" },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 5, timeoutSeconds: 5 },
    resources,
    securityContext: restrictedContainer,
  };
}

const versionLabel = (image: pulumi.Input<string>): pulumi.Output<string> =>
  pulumi.output(image).apply((name) => versionOf(name).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, ""));
