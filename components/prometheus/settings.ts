import * as pulumi from "@pulumi/pulumi";
import { checked, checkedArgs } from "../common/check";
import type { ResourcesArgs } from "../common/placement";
import { fittingRetention, prometheusRules } from "./argumentRules";
import { DEFAULT_DISK, LOST_DISK, retentionSize, type Disk } from "./disk";
import { refuseInlineSecrets } from "./inlineSecrets";
import type { ConfigSettings } from "./prometheusConfig";
import type { PrometheusArgs, RemoteWrite, RuleGroup, ScrapeConfig } from "./prometheusArgs";
import type { RuleSettings } from "./recordingRules";

export const COMPONENT = "Prometheus";

/** The current long-term release. */
const IMAGE = "prom/prometheus:v3.13.3";

const defaultResources: ResourcesArgs = {
  requests: { cpu: "200m", memory: "512Mi" },
  limits: { memory: "2Gi" },
};

/** The arguments, checked and with their defaults. */
export interface Settings {
  readonly namespace: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly clusterIP: pulumi.Input<string> | undefined;
  readonly image: pulumi.Output<string>;
  readonly replicas: pulumi.Output<number>;
  readonly config: pulumi.Output<ConfigSettings>;
  readonly rules: pulumi.Output<RuleSettings>;
  readonly disk: pulumi.Output<Disk>;
  readonly retention: pulumi.Output<{ readonly time: string; readonly size: string }>;
  readonly resources: pulumi.Input<ResourcesArgs>;
  readonly secrets: pulumi.Output<readonly string[]>;
  readonly externalUrl: pulumi.Output<string | undefined>;
  readonly allowedNamespaces: pulumi.Output<readonly string[] | undefined>;
}

/** @throws RunError naming an argument that is refused, its value and what is allowed */
export function settingsOf(given: PrometheusArgs): Settings {
  const args = checkedArgs(COMPONENT, given, prometheusRules);
  const additionalScrapeConfigs = withoutSecrets("additionalScrapeConfigs", args.additionalScrapeConfigs);
  const remoteWrite = withoutSecrets("remoteWrite", args.remoteWrite);
  const fits = checked(COMPONENT, "retention", sizes(args), fittingRetention);
  const scrapeInterval = args.scrapeInterval ?? "15s";
  const disk = pulumi.output(args.storage).apply(diskOf);
  return {
    namespace: pulumi.output(args.namespace ?? "istio-system"),
    serviceName: pulumi.output(args.serviceName ?? "prometheus"),
    clusterIP: args.clusterIP,
    image: pulumi.output(args.image ?? IMAGE),
    replicas: pulumi.output(args.replicas ?? 1),
    config: pulumi
      .output({
        scrapeInterval,
        evaluationInterval: args.evaluationInterval ?? scrapeInterval,
        istio: args.istio,
        keep: args.keep ?? "all",
        externalLabels: args.externalLabels,
        additionalScrapeConfigs,
        remoteWrite,
      })
      .apply(({ istio, ...others }) => {
        return { ...others, istioNamespace: istio?.namespace ?? "istio-system" } as unknown as ConfigSettings;
      }),
    rules: pulumi
      .output({ scrapeInterval, recordingRules: args.recordingRules, additionalRules: args.additionalRules })
      .apply(({ scrapeInterval, recordingRules, additionalRules }) => ({
        scrapeInterval,
        rates: recordingRules?.rates ?? true,
        counters: recordingRules?.counters ?? false,
        buckets: recordingRules?.buckets ?? true,
        ...(recordingRules?.namespaces === undefined ? {} : { namespaces: recordingRules.namespaces }),
        ...(additionalRules === undefined ? {} : { additionalRules: additionalRules as unknown as RuleGroup[] }),
      })),
    disk,
    retention: pulumi.all([args.retention, disk, fits]).apply(([retention, { size }]) => ({
      time: retention?.time ?? "15d",
      size: retention?.size ?? retentionSize(size),
    })),
    resources: args.resources ?? defaultResources,
    secrets: pulumi.output(args.secrets ?? []),
    externalUrl: pulumi.output(args.externalUrl),
    allowedNamespaces: pulumi.output(args.allowedNamespaces),
  };
}

type StorageInput = pulumi.Unwrap<PrometheusArgs["storage"]>;

function diskOf(storage: StorageInput): Disk {
  if (storage === false) return { isKept: false, size: LOST_DISK };
  const { size = DEFAULT_DISK, className, onDestroy = "delete" } = storage ?? {};
  return { isKept: true, size, ...(className === undefined ? {} : { className }), onDestroy };
}

/** What is held against each other: at once where both are known. */
function sizes({ retention, storage }: PrometheusArgs): pulumi.Input<{ size?: string; disk?: string }> {
  const size = isOutput(retention) ? pulumi.output(retention).apply((known) => known?.size) : retention?.size;
  const disk = isOutput(storage) ? pulumi.output(storage).apply(diskSize) : diskSize(storage);
  return { ...(size === undefined ? {} : { size }), ...(disk === undefined ? {} : { disk }) } as { size?: string };
}

function diskSize<Size>(storage: false | { readonly size?: Size } | undefined): Size | string | undefined {
  return storage === false ? LOST_DISK : storage?.size;
}

function isOutput<T>(value: pulumi.Input<T>): value is pulumi.Output<T> | Promise<T> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

type Configs<T> = pulumi.Input<pulumi.Input<T>[]> | undefined;

function withoutSecrets<T extends ScrapeConfig | RemoteWrite>(field: string, value: Configs<T>): Configs<T> {
  if (value === undefined) return undefined;
  refuseInlineSecrets(COMPONENT, field, value);
  return pulumi.output(value).apply((known) => {
    refuseInlineSecrets(COMPONENT, field, known);
    return known;
  }) as unknown as Configs<T>;
}
