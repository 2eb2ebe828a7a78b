export const labels = {
  "app.kubernetes.io/name": "prometheus",
  "app.kubernetes.io/component": "metrics",
  "app.kubernetes.io/part-of": "serin",
  "app.kubernetes.io/managed-by": "pulumi",
  "app.kubernetes.io/instance": "prometheus",
};

export const defaultContainer = {
  name: "prometheus",
  image: "prom/prometheus:v3.13.3",
  args: [
    "--config.file=/etc/prometheus/prometheus.yml",
    "--storage.tsdb.path=/prometheus",
    "--storage.tsdb.retention.time=15d",
    "--storage.tsdb.retention.size=16384MB",
    "--enable-feature=auto-reload-config",
    "--config.auto-reload-interval=30s",
  ],
  ports: [{ name: "http", containerPort: 9090 }],
  livenessProbe: {
    httpGet: { path: "/-/healthy", port: "http" },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 6,
  },
  readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 5, timeoutSeconds: 5 },
  resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { memory: "2Gi" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
  volumeMounts: [
    { name: "config", mountPath: "/etc/prometheus", readOnly: true },
    { name: "data", mountPath: "/prometheus" },
  ],
};

export const defaultPod = {
  serviceAccountName: "prometheus",
  terminationGracePeriodSeconds: 300,
  securityContext: {
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
    runAsUser: 65534,
    runAsGroup: 65534,
    fsGroup: 65534,
    fsGroupChangePolicy: "OnRootMismatch",
  },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: {
        matchLabels: { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prometheus" },
      },
    },
  ],
  containers: [defaultContainer],
  volumes: [{ name: "config", configMap: { name: "prometheus" } }],
};
