import { stringify } from "yaml";

/** Listens on all addresses, and answers with the pod's name. */
export const helloServer = `
  const server = require("node:http").createServer((_, response) => response.end(require("node:os").hostname()));
  server.listen(8080);
  process.on("SIGTERM", () => server.close());`;

export const badRoute = stringify({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name: "bad", namespace: "default" },
  spec: {
    hosts: ["web"],
    http: [{ match: [{ uri: { regex: "(" } }], route: [{ destination: { host: "web" } }] }],
  },
});

const metadata = { name: "prometheus", namespace: "istio-system" };
const labels = { app: "prometheus" };
const scrapeConfig = {
  global: { scrape_interval: "1s" },
  scrape_configs: [{ job_name: "istiod", static_configs: [{ targets: ["istiod.istio-system.svc:15014"] }] }],
};

/** Prometheus as users install it: it listens where it always does. */
export const prometheusManifest = [
  { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "prometheus.yml": stringify(scrapeConfig) } },
  { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ port: 9090 }] } },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          volumes: [{ name: "config", configMap: { name: "prometheus" } }],
          containers: [
            {
              name: "prometheus",
              image: "prom/prometheus:v3.0.0",
              args: ["--config.file=/etc/prometheus/prometheus.yml"],
              volumeMounts: [{ name: "config", mountPath: "/etc/prometheus" }],
              readinessProbe: { httpGet: { path: "/-/ready", port: 9090 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  },
]
  .map((object) => stringify(object))
  .join("---\n");
