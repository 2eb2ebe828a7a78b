import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../common/labels";
import { placementSpec, spreadOverNodes, type PlacementArgs } from "../common/placement";
import { restrictedContainer, restrictedPod } from "../common/restricted";
import { claims, claimsPolicy } from "./disk";
import type { Settings } from "./settings";

/** Port of the HTTP API and the pages. */
export const PORT = 9090;

/** The user of the image: nobody. */
const user = 65534;

const configFolder = "/etc/prometheus";
const dataFolder = "/prometheus";
/** Not in the folder of the configuration, which nothing can be mounted into. */
const secretsFolder = "/etc/prometheus-secrets";

type Labels = Record<string, pulumi.Input<string>>;

/** The labels by which the pods are selected. */
export const selectorOf = (serviceName: pulumi.Input<string>): Labels => ({
  "app.kubernetes.io/name": "prometheus",
  "app.kubernetes.io/instance": serviceName,
});

/** Labels of all that belongs to it. */
export const labelsOf = (serviceName: pulumi.Input<string>): Labels => ({
  ...recommendedLabels("prometheus", "metrics"),
  ...selectorOf(serviceName),
});

/** Prometheus' StatefulSet; the configuration, the ServiceAccount and the Service have its name. */
export function statefulSetSpec(
  settings: Settings,
  placement: PlacementArgs | undefined,
): k8s.types.input.apps.v1.StatefulSetSpec {
  const { serviceName, replicas, disk } = settings;
  return {
    replicas,
    serviceName,
    // The pods don't know of each other, and so need not wait for each other.
    podManagementPolicy: "Parallel",
    selector: { matchLabels: selectorOf(serviceName) },
    template: {
      metadata: {
        labels: { ...labelsOf(serviceName), "sidecar.istio.io/inject": "false" },
        annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": String(PORT) },
      },
      spec: podSpec(settings, placement),
    },
    volumeClaimTemplates: disk.apply(claims),
    persistentVolumeClaimRetentionPolicy: disk.apply(claimsPolicy) as pulumi.Output<
      NonNullable<ReturnType<typeof claimsPolicy>>
    >,
  };
}

function podSpec(settings: Settings, placement: PlacementArgs | undefined): k8s.types.input.core.v1.PodSpec {
  const { serviceName, disk, secrets } = settings;
  return {
    serviceAccountName: serviceName,
    // Time to write what is in memory.
    terminationGracePeriodSeconds: 300,
    securityContext: {
      ...restrictedPod,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: "OnRootMismatch",
    },
    topologySpreadConstraints: [spreadOverNodes(selectorOf(serviceName))],
    containers: [container(settings)],
    volumes: pulumi
      .all([serviceName, disk, secrets])
      .apply(([name, { isKept, size }, names]) => [
        { name: "config", configMap: { name } },
        ...(isKept ? [] : [{ name: "data", emptyDir: { sizeLimit: size } }]),
        ...names.map((secretName) => ({ name: `secret-${secretName}`, secret: { secretName } })),
      ]),
    ...placementSpec(placement),
  };
}

function container(settings: Settings): k8s.types.input.core.v1.Container {
  return {
    name: "prometheus",
    image: settings.image,
    args: flags(settings),
    ports: [{ name: "http", containerPort: PORT }],
    // Healthy while the log is read at the start, which may take minutes; ready after it.
    livenessProbe: {
      httpGet: { path: "/-/healthy", port: "http" },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 5, timeoutSeconds: 5 },
    resources: settings.resources,
    securityContext: restrictedContainer,
    volumeMounts: settings.secrets.apply((names) => [
      { name: "config", mountPath: configFolder, readOnly: true },
      { name: "data", mountPath: dataFolder },
      ...names.map((name) => ({ name: `secret-${name}`, mountPath: `${secretsFolder}/${name}`, readOnly: true })),
    ]),
  };
}

function flags({ retention, externalUrl }: Settings): pulumi.Output<string[]> {
  return pulumi.all([retention, externalUrl]).apply(([{ time, size }, url]) => [
    `--config.file=${configFolder}/prometheus.yml`,
    `--storage.tsdb.path=${dataFolder}`,
    `--storage.tsdb.retention.time=${time}`,
    `--storage.tsdb.retention.size=${size}`,
    // A restart would be a gap in the samples, and releases would wait.
    "--enable-feature=auto-reload-config",
    "--config.auto-reload-interval=30s",
    // The paths inside of the cluster are the same whatever people's address is.
    ...(url === undefined ? [] : [`--web.external-url=${withoutUser(url)}`, "--web.route-prefix=/"]),
  ]);
}

/** It is shown on the pages. */
function withoutUser(url: string): string {
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  return parsed.href;
}
