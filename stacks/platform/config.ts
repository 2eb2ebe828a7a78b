import * as pulumi from "@pulumi/pulumi";
import type {
  CanaryControllerArgs,
  CanaryNamespaceArgs,
  ExistingIstioArgs,
  ExistingPrometheusArgs,
  ExistingTektonArgs,
  IstioArgs,
  PrometheusArgs,
  TektonArgs,
} from "serin";
import { z } from "zod";
import { type AllConfig, checkedConfig } from "../common/config";

/** A part of the platform: installed with these arguments, there already, or left out. */
export type Part<Install, Adopt> =
  | { readonly mode: "install"; readonly args: Install }
  | { readonly mode: "adopt"; readonly args: Adopt }
  | { readonly mode: "omit" };

/** An object with no other members than these; what they may be, the component checks. */
const named = (names: readonly string[], needed: readonly string[] = []): z.ZodObject => {
  const optional = Object.fromEntries(names.map((name) => [name, z.unknown().optional()]));
  const required = Object.fromEntries(needed.map((name) => [name, z.string("is needed, a text")]));
  return z.strictObject({ ...optional, ...required });
};

/** @param install names of the arguments in mode `install`; @param adopt in mode `adopt` */
function part<Install, Adopt>(
  install: readonly (keyof Install & string)[],
  adopt: readonly (keyof Adopt & string)[],
  needed: { readonly install?: readonly string[]; readonly adopt?: readonly string[] } = {},
): z.ZodType<Part<Install, Adopt>> {
  const mode = <const Name extends string>(name: Name) => z.object({ mode: z.literal(name) }).shape;
  const modes = z.discriminatedUnion(
    "mode",
    [
      named(install, needed.install).extend(mode("install")),
      named(adopt, needed.adopt).extend(mode("adopt")),
      named([]).extend(mode("omit")),
    ],
    "'mode' must be install, adopt or omit",
  );
  return z
    .preprocess((value) => (isObject(value) && !("mode" in value) ? { mode: "install", ...value } : value), modes)
    .transform(({ mode, ...args }) => ({ mode, args }) as unknown as Part<Install, Adopt>);
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const istio = part<IstioArgs, ExistingIstioArgs>(
  [
    ...(["version", "charts", "namespace", "createNamespace", "revision", "previousRevisions"] as const),
    ...(["defaultRevision", "revisionTags", "crds", "configValidation", "meshConfig", "ingressGateway"] as const),
    ...(["cni", "values", "replicas", "autoscaling", "resources", "placement"] as const),
  ],
  ["namespace", "revision", "version", "cni", "ingressGatewayHost"],
);

/** A Prometheus that is there already. */
export type AdoptedPrometheus = ExistingPrometheusArgs & Pick<PrometheusArgs, "externalUrl">;

const prometheus = part<PrometheusArgs, AdoptedPrometheus>(
  [
    ...(["namespace", "createNamespace", "serviceName", "clusterIP", "image", "replicas", "scrapeInterval"] as const),
    ...(["evaluationInterval", "retention", "storage", "resources", "placement", "istio", "keep"] as const),
    ...(["recordingRules", "additionalScrapeConfigs", "additionalRules", "externalLabels", "remoteWrite"] as const),
    ...(["secrets", "externalUrl", "allowedNamespaces"] as const),
  ],
  ["url", "recordsCounters", "externalUrl"],
  { adopt: ["url"] },
);

const tekton = part<TektonArgs, ExistingTektonArgs>(
  ["pipelines", "triggers", "featureFlags", "defaults", "configMaps", "resources", "placement"],
  ["pipelinesVersion", "triggersVersion"],
);

/** A canary controller that is there already. */
export interface AdoptedController {
  /** Its namespace. @default "iter8" */
  readonly namespace?: string;
  /** Its version. @default unknown */
  readonly version?: string;
  /** Base URL of its analytics service inside of the cluster. @default none */
  readonly analyticsUrl?: string;
}

const controller = part<CanaryControllerArgs, AdoptedController>(
  [
    ...(["image", "imagePullSecrets", "namespace", "createNamespace", "watchNamespace", "crd", "replicas"] as const),
    ...(["prometheusUrl", "concurrency", "eventsPerSecond", "logLevel", "resources", "placement"] as const),
    ...(["analytics", "metrics", "notifiers", "networkPolicy", "serviceMonitor"] as const),
  ],
  ["namespace", "version", "analyticsUrl"],
  { install: ["image"] },
);

const namespaceArgs: readonly (keyof CanaryNamespaceArgs)[] = [
  ...(["injection", "podSecurity", "quota", "limits", "team", "readers", "metrics"] as const),
  ...(["networkPolicy", "labels", "annotations"] as const),
];

const config = z.strictObject({
  istio: istio.default({ mode: "install", args: {} }),
  prometheus: prometheus.default({ mode: "install", args: {} }),
  /** Only pipelines need it. */
  tekton: tekton.default({ mode: "omit" }),
  controller,
  /** Namespaces of teams, by name. */
  namespaces: z.record(z.string(), named(namespaceArgs) as unknown as z.ZodType<CanaryNamespaceArgs>).default({}),
});

export type PlatformConfig = z.output<typeof config>;

/**
 * The stack's configuration, checked: unknown keys are refused by name.
 *
 * @throws RunError naming each key, its value and what is allowed
 */
export function readConfig(project: string, all: AllConfig): PlatformConfig {
  return checkedConfig(project, all, config);
}

/** The configuration of the stack that runs. */
export function stackConfig(): PlatformConfig {
  return readConfig(pulumi.getProject(), pulumi.runtime.allConfig());
}
