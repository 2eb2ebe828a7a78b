import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { checked, checkedArgs } from "../common/check";
import { checkedMembers } from "../common/members";
import { dnsLabel, httpUrl, semanticVersion, wholeNumber } from "../common/rules";
import type {
  AutoscalingArgs,
  IngressGatewayArgs,
  IstioArgs,
  IstioChartsArgs,
  IstioCniArgs,
  ScaleArgs,
} from "./istioArgs";
import { revisionProblem } from "./revisions";

/** Short enough for names such as `istio-validator-REVISION-istio-system`. */
const revision = z
  .string("must be text")
  .regex(/^([a-z0-9]([-a-z0-9]{0,48}[a-z0-9])?)?$/, "must be at most 50 lower case letters, digits and '-'")
  .refine((name) => name !== "default", 'must be "" for the control plane without a revision');

const serviceTypes = ["LoadBalancer", "NodePort", "ClusterIP"];
const ports = z
  .array(z.looseObject({ port: wholeNumber(1, 65535) }), "must be a list of ports")
  .min(1, "must have at least one port");

const bounds = z
  .object({ minReplicas: wholeNumber(1), maxReplicas: wholeNumber(1) })
  .refine(
    ({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas,
    "must have a minReplicas of at most maxReplicas",
  );

/**
 * The arguments, those that are not known yet to be checked when they are.
 *
 * @throws RunError naming the field, its value and what is allowed
 */
export function checkedIstio(args: IstioArgs): IstioArgs {
  refuseBesideExisting(args);
  const own = checkedArgs("Istio", args, {
    version: semanticVersion,
    namespace: dnsLabel,
    revision,
    defaultRevision: revision,
    revisionTags: z.record(dnsLabel, revision, "must be names and their revisions"),
    crds: z.enum(["installed", "kept"], "must be installed or kept"),
    replicas: wholeNumber(1),
  });
  const previousRevisions = args.previousRevisions?.map((previous, index) => {
    const members = checkedMembers("Istio", `previousRevisions.${index}`, previous, {
      revision,
      version: semanticVersion,
    });
    return withCharts(members, `previousRevisions.${index}.charts`);
  });
  const problem = revisionProblem(args);
  if (problem !== undefined) throw new pulumi.RunError(`Istio ${problem}`);
  return {
    ...withCharts(own, "charts"),
    ...(previousRevisions && { previousRevisions }),
    ...(args.existing && { existing: checkedMembers("Istio", "existing", args.existing, existing) }),
    ...checkedScale("autoscaling", args),
  };
}

const existing = { namespace: dnsLabel, revision, version: semanticVersion };

/** @throws RunError naming the field, its value and what is allowed */
export function checkedGateway(args: IngressGatewayArgs): IngressGatewayArgs {
  const own = checkedMembers("Istio", "ingressGateway", args, {
    name: dnsLabel,
    namespace: dnsLabel,
    serviceType: z.enum(serviceTypes, `must be one of ${serviceTypes.join(", ")}`),
    ports,
    replicas: wholeNumber(1),
  });
  return { ...own, ...checkedScale("ingressGateway.autoscaling", args) };
}

/** @throws RunError naming the field, its value and what is allowed */
export function checkedCni(args: IstioCniArgs): IstioCniArgs {
  return checkedMembers("Istio", "cni", args, { namespace: dnsLabel });
}

/** The autoscaling with its defaults, since both bounds are compared. */
function checkedScale(field: string, { autoscaling }: ScaleArgs): { readonly autoscaling?: Required<AutoscalingArgs> } {
  if (autoscaling === undefined) return {};
  const { minReplicas = 2, maxReplicas = 5 } = autoscaling;
  const both = checked("Istio", field, { minReplicas, maxReplicas }, bounds);
  const targetCpu = checked("Istio", `${field}.targetCpu`, autoscaling.targetCpu ?? 80, wholeNumber(1, 100)) ?? 80;
  if (!pulumi.Output.isInstance(both)) return { autoscaling: { minReplicas, maxReplicas, targetCpu } };
  const later = both as pulumi.Output<{ minReplicas: number; maxReplicas: number }>;
  return { autoscaling: { minReplicas: later.minReplicas, maxReplicas: later.maxReplicas, targetCpu } };
}

function withCharts<Args extends { readonly charts?: IstioChartsArgs }>(args: Args, field: string): Args {
  const { charts } = args;
  if (charts === undefined) return args;
  const rules = { repository: httpUrl, path: z.string("must be text").min(1, "must be a folder") };
  return {
    ...args,
    charts: checkedMembers<{ repository?: pulumi.Input<string>; path?: string }>("Istio", field, charts, rules),
  };
}

function refuseBesideExisting({ existing: found, ...others }: IstioArgs): void {
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  if (found === undefined || given.length === 0) return;
  const names = given.map(([name]) => name).join(", ");
  throw new pulumi.RunError(`Istio 'existing' (with ${names}): must be the only argument, since nothing is installed`);
}
