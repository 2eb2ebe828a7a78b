import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { BareSandbox } from "../cluster";
import { platformProgram } from "../cluster/dataPlane";
import { accessLogFormat } from "../dataplane/accessLog";

/**
 * What the configuration of the environment `sandbox` cannot say, since it goes with the machine: where charts and manifests
 * lie, where the metrics of the proxies are, and at which address this machine reaches Prometheus.
 */
export async function platformSettings({
  toolchain,
  meshUrl,
  kubeconfig,
}: Pick<BareSandbox, "toolchain" | "meshUrl" | "kubeconfig">): Promise<Record<string, string>> {
  const prometheus = await addressOfPrometheus(kubeconfig);
  const scrape = "prometheus.additionalScrapeConfigs[0]";
  return {
    "istio.charts.path": platformProgram(toolchain, "istio-charts"),
    // The proxies' requests are counted from their logs.
    "istio.meshConfig.accessLogFormat": accessLogFormat,
    "tekton.pipelines.manifest": platformProgram(toolchain, "tekton-pipelines"),
    "tekton.triggers.manifest": platformProgram(toolchain, "tekton-triggers"),
    "prometheus.clusterIP": prometheus,
    "prometheus.externalUrl": `http://${prometheus}:9090`,
    [`${scrape}.job_name`]: "proxies",
    [`${scrape}.static_configs[0].targets[0]`]: new URL(meshUrl).host,
  };
}

/** One that the API server gives to nobody who doesn't ask for it: from the beginning of the range. */
async function addressOfPrometheus(kubeconfig: string): Promise<string> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const first = await config
    .makeApiClient(CoreV1Api)
    .readNamespacedService({ namespace: "default", name: "kubernetes" });
  return (first.spec?.clusterIP ?? "").replace(/\d+$/, "10");
}
