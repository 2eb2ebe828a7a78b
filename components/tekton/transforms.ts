import * as pulumi from "@pulumi/pulumi";
import { type PlacementArgs, placementSpec, type ResourcesArgs } from "../common/placement";
import type { TektonArgs, TektonConfig } from "./tektonArgs";

type Props = Readonly<Record<string, unknown>>;

const unlimited: ResourcesArgs = { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "1Gi" } };

/** The changes to the objects of the manifests that the arguments ask for. */
export function settingsTransform(args: TektonArgs): pulumi.ResourceTransform {
  const configs = configsOf(args);
  return ({ type, props, opts }) => {
    const object = props as Props;
    if (type.endsWith(":Deployment")) return { props: deploymentProps(object, args), opts };
    if (!type.endsWith(":ConfigMap")) return undefined;
    const entries = configs[nameOf(object)];
    return entries && { props: configMapProps(object, entries), opts };
  };
}

/** Entries to change, by the names of the ConfigMaps. */
export function configsOf({ featureFlags, defaults, configMaps }: TektonArgs): Readonly<Record<string, TektonConfig>> {
  return {
    ...configMaps,
    ...(featureFlags && { "feature-flags": { ...configMaps?.["feature-flags"], ...featureFlags } }),
    ...(defaults && { "config-defaults": { ...configMaps?.["config-defaults"], ...defaults } }),
  };
}

/** A ConfigMap with these entries in place of its own. */
export function configMapProps(props: Props, entries: TektonConfig): Props {
  const texts = Object.entries(entries).map(([key, value]) => [key, textOf(value)] as const);
  return { ...props, data: { ...(props["data"] as Props | undefined), ...Object.fromEntries(texts) } };
}

/** A Deployment of Tekton, placed, and with bounds for all of its containers. */
export function deploymentProps(
  props: Props,
  { resources, placement }: Pick<TektonArgs, "resources" | "placement">,
): Props {
  const spec = props["spec"] as Props;
  const template = spec["template"] as Props;
  const pod = template["spec"] as Props;
  const given = resources?.[nameOf(props)];
  const containers = (pod["containers"] as Props[]).map((container) => ({
    ...container,
    resources: given ?? container["resources"] ?? unlimited,
  }));
  const placed = { ...pod, ...placementOf(pod, placement), containers };
  return { ...props, spec: { ...spec, template: { ...template, spec: placed } } };
}

/** What is asked for is added to what the release has, so that for example its pods stay on Linux. */
function placementOf(pod: Props, placement: PlacementArgs | undefined): Props {
  const placed = placementSpec(placement);
  const { nodeSelector, tolerations } = pod as { nodeSelector?: Record<string, string>; tolerations?: object[] };
  return {
    ...placed,
    ...(placed.nodeSelector !== undefined && nodeSelector !== undefined
      ? { nodeSelector: pulumi.output(placed.nodeSelector).apply((more) => ({ ...nodeSelector, ...more })) }
      : {}),
    ...(placed.tolerations !== undefined && tolerations !== undefined
      ? { tolerations: pulumi.output(placed.tolerations).apply((more) => [...tolerations, ...(more ?? [])]) }
      : {}),
  };
}

function textOf(value: TektonConfig[string]): pulumi.Input<string> {
  return typeof value === "object" ? pulumi.output(value).apply(String) : String(value);
}

function nameOf(props: Props): string {
  return (props["metadata"] as { readonly name?: string } | undefined)?.name ?? "";
}
