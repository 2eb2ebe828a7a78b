import { z } from "zod";
import { checkedArgs } from "../common/check";
import { metricRule } from "../common/metricRule";
import { dnsLabel, httpUrl, image, wholeNumber } from "../common/rules";
import type { CanaryControllerArgs } from "./canaryControllerArgs";

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const crds = ["installed", "kept", "absent"] as const;
const oneOf = <const Values extends readonly string[]>(values: Values): z.ZodType =>
  z.enum(values, `must be one of ${values.join(", ")}`);

const replicas = wholeNumber(1, 5);
const analytics = z.union(
  [z.boolean(), z.looseObject({ replicas: wholeNumber(1, 20).optional() })],
  "must be true, false, or an object whose 'replicas' is a whole number from 1 to 20",
);
const port = wholeNumber(1, 65535);
const networkPolicy = z.union(
  [
    z.boolean(),
    z.strictObject({
      prometheusNamespaces: z.array(dnsLabel).min(1).optional(),
      apiServerPorts: z.array(port).optional(),
    }),
  ],
  "must be true, false, or an object with 'prometheusNamespaces' (names) and 'apiServerPorts' (1 to 65535)",
);

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
  const checked = checkedArgs("CanaryController", args, {
    image,
    namespace: dnsLabel,
    watchNamespace: dnsLabel,
    crd: oneOf(crds),
    replicas,
    prometheusUrl: httpUrl,
    concurrency: wholeNumber(2, 1000),
    eventsPerSecond: wholeNumber(1, 1000),
    logLevel: oneOf(levels),
    analytics,
    networkPolicy,
    metrics: metricRule,
  });
  const given = Object.fromEntries(Object.entries(checked).filter(([, value]) => value !== undefined));
  // A controller for one namespace lives in it, since all its rights are there.
  const namespace = args.namespace ?? args.watchNamespace ?? defaults.namespace;
  return { ...defaults, ...(given as unknown as CanaryControllerArgs), namespace };
}
