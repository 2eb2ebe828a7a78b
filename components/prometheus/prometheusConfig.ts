import { stringify } from "yaml";
import type { RemoteWrite, ScrapeConfig } from "./prometheusArgs";
import { istiodJob, podsJob } from "./scrapeConfigs";

/** What a configuration is made of; the arguments, with their defaults. */
export interface ConfigSettings {
  readonly scrapeInterval: string;
  readonly evaluationInterval: string;
  readonly istioNamespace: string;
  readonly keep: "all" | "istio";
  readonly externalLabels?: Readonly<Record<string, string>>;
  readonly additionalScrapeConfigs?: readonly ScrapeConfig[];
  readonly remoteWrite?: readonly RemoteWrite[];
}

/** The file of rules, beside the configuration. */
export const rulesFile = "rules.yml";

/** Prometheus' configuration, as in `prometheus.yml`. */
export function prometheusConfig(settings: ConfigSettings): Readonly<Record<string, unknown>> {
  const { externalLabels = {}, additionalScrapeConfigs = [], remoteWrite = [] } = settings;
  return {
    global: {
      scrape_interval: settings.scrapeInterval,
      evaluation_interval: settings.evaluationInterval,
      ...(Object.keys(externalLabels).length === 0 ? {} : { external_labels: externalLabels }),
    },
    // Relative, because changes of rules by an absolute path go unnoticed in some versions.
    rule_files: [rulesFile],
    scrape_configs: [
      podsJob(settings.istioNamespace, settings.keep),
      istiodJob(settings.istioNamespace),
      ...additionalScrapeConfigs,
    ],
    ...(remoteWrite.length === 0 ? {} : { remote_write: remoteWrite }),
  };
}

/** As YAML without anchors, which not every reader knows, and with long lines. */
export function toYaml(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
