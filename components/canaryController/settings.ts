import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { checked, checkedArgs, type Rules } from "../common/check";
import { checkedMembers } from "../common/members";
import { metricRule } from "../common/metricRule";
import { dnsLabel, httpUrl, image, prometheusDuration, wholeNumber } from "../common/rules";
import type { CanaryControllerArgs } from "./canaryControllerArgs";
import { refuseFaultyChannels } from "./notifiers";

const COMPONENT = "CanaryController";

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const crds = ["installed", "kept", "absent"] as const;
const oneOf = <const Values extends readonly string[]>(values: Values): z.ZodType =>
  z.enum(values, `must be one of ${values.join(", ")}`);

/** As Kubernetes names Secrets. */
const dnsSubdomain = z
  .string("must be text")
  .regex(
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "must be a name of at most 253 lower case letters, digits, '-' and '.'",
  );
const network = {
  prometheusNamespaces: z.array(dnsLabel, "must be a list of names").min(1, "must have at least one name"),
  // No ports would stand for all of them.
  apiServerPorts: z.array(wholeNumber(1, 65535), "must be a list of ports").min(1, "must have at least one port"),
};

const rules = {
  image,
  imagePullSecrets: z.array(dnsSubdomain, "must be a list of names"),
  namespace: dnsLabel,
  createNamespace: z.boolean("must be true or false"),
  watchNamespace: dnsLabel,
  crd: oneOf(crds),
  replicas: wholeNumber(1, 5),
  prometheusUrl: httpUrl,
  concurrency: wholeNumber(2, 1000),
  eventsPerSecond: wholeNumber(1, 1000),
  logLevel: oneOf(levels),
  metrics: metricRule,
};

/** Arguments with their defaults. */
export type Settings = CanaryControllerArgs & Required<Pick<CanaryControllerArgs, keyof typeof defaults>>;

const defaults = {
  namespace: "iter8",
  createNamespace: true,
  crd: "installed",
  replicas: 2,
  prometheusUrl: "http://prometheus.istio-system:9090",
  networkPolicy: true,
} satisfies Partial<CanaryControllerArgs>;

/**
 * The arguments, checked, with their defaults.
 *
 * @throws RunError naming the field, its value and what is allowed
 */
export function settingsOf(args: CanaryControllerArgs): Settings {
  const own = checkedArgs(COMPONENT, args, rules);
  if (args.notifiers !== undefined) refuseFaultyChannels(args.notifiers);
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return {
    ...defaults,
    ...(given as unknown as CanaryControllerArgs),
    namespace: namespaceOf(own),
    analytics: checkedPart("analytics", args.analytics, { replicas: wholeNumber(1, 20) }),
    networkPolicy: checkedPart("networkPolicy", args.networkPolicy, network) ?? defaults.networkPolicy,
    serviceMonitor: checkedPart("serviceMonitor", args.serviceMonitor, { interval: prometheusDuration }),
  };
}

/** A controller for one namespace lives in it, since all its rights are there. */
function namespaceOf({ namespace, watchNamespace }: CanaryControllerArgs): pulumi.Input<string> {
  if (watchNamespace === undefined) return namespace ?? defaults.namespace;
  const same = z.literal(watchNamespace, `must be the same as 'watchNamespace' (${watchNamespace}), or left out`);
  return checked(COMPONENT, "namespace", namespace, same) ?? watchNamespace;
}

/** What is on, off, or told in detail; details are checked one by one, so that it stays known which of them there are. */
function checkedPart<Part extends object>(
  field: string,
  part: boolean | Part | undefined,
  details: Rules<Part>,
): boolean | Part | undefined {
  if (typeof part === "object") return checkedMembers(COMPONENT, field, part, details);
  return checked<boolean>(COMPONENT, field, part, z.boolean("must be true, false or an object")) as boolean | undefined;
}
