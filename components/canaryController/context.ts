import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkArgs } from "./canaryControllerArgs";
import type { controllerPolicy } from "./networkPolicies";
import { deploymentSpec, labelsOf, type ProgramArgs, selectorOf } from "./pods";
import type { Settings } from "./settings";

export type Program = ProgramArgs["component"];

/** Names of the objects, which other tools and the documentation know. */
export const names: Readonly<Record<Program, string>> = {
  controller: "serin-controller",
  analytics: "iter8-analytics",
};

/** What the objects of both programs are made with. */
export interface Context {
  /** Beginning of the resources' names. */
  readonly prefix: string;
  readonly settings: Settings;
  readonly namespace: pulumi.Output<string>;
  /** Options of a child that comes after these. */
  readonly options: (...after: readonly (pulumi.Resource | undefined)[]) => pulumi.CustomResourceOptions;
}

export const metadataOf = (
  program: Program,
  { namespace }: Pick<Context, "namespace">,
): { name: string; namespace: pulumi.Output<string>; labels: Record<string, string> } => ({
  name: names[program],
  namespace,
  labels: labelsOf(program),
});

/** A program's Deployment, and a budget that keeps one replica where there are more. */
export function makeProgram(
  context: Context,
  args: Omit<ProgramArgs, "image" | "imagePullSecrets" | "placement">,
  after: readonly (pulumi.Resource | undefined)[],
): k8s.apps.v1.Deployment {
  const { component, replicas } = args;
  const { image, imagePullSecrets, placement } = context.settings;
  const metadata = metadataOf(component, context);
  const deployment = new k8s.apps.v1.Deployment(
    `${context.prefix}-${component}`,
    { metadata, spec: deploymentSpec({ ...args, image, imagePullSecrets, placement }) },
    context.options(...after),
  );
  new k8s.policy.v1.PodDisruptionBudget(
    `${context.prefix}-${component}`,
    {
      metadata,
      spec: {
        // A single replica must not keep its node from being drained.
        minAvailable: pulumi.output(replicas).apply((count) => (count > 1 ? 1 : 0)),
        selector: { matchLabels: selectorOf(component) },
      },
    },
    context.options(),
  );
  return deployment;
}

export function makeService(
  context: Context,
  program: Program,
  name: string,
  spec: k8s.types.input.core.v1.ServiceSpec,
): void {
  new k8s.core.v1.Service(
    `${context.prefix}-${program}`,
    {
      metadata: { name, namespace: context.namespace, labels: labelsOf(program) },
      spec: { selector: selectorOf(program), ...spec },
    },
    context.options(),
  );
}

/** Who may talk to the program, unless policies are left out. */
export function makePolicy(
  context: Context,
  program: Program,
  spec: typeof controllerPolicy,
): pulumi.Resource | undefined {
  const { networkPolicy, prometheusUrl } = context.settings;
  if (networkPolicy === false) return undefined;
  const network: NetworkArgs = networkPolicy === true ? {} : networkPolicy;
  return new k8s.networking.v1.NetworkPolicy(
    `${context.prefix}-${program}`,
    { metadata: metadataOf(program, context), spec: spec(network, prometheusUrl) },
    context.options(),
  );
}

/** Arguments that both programs take. */
export function commonArguments({ prometheusUrl, logLevel }: Settings): pulumi.Input<string>[] {
  return [
    pulumi.interpolate`--prometheus-url=${prometheusUrl}`,
    ...(logLevel === undefined ? [] : [pulumi.interpolate`--log-level=${logLevel}`]),
  ];
}
