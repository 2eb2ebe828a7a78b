import { z } from "zod";
import type { Rules } from "../common/check";
import { dnsLabel, httpUrl, image, prometheusDuration, text, wholeNumber } from "../common/rules";
import { durationMs } from "./duration";
import { DEFAULT_DISK, diskBytes, sizeBytes } from "./disk";
import type { PrometheusArgs } from "./prometheusArgs";
import { ownGroups } from "./recordingRules";
import { ownJobs } from "./scrapeConfigs";

const interval = prometheusDuration.refine(
  (text) => durationMs(text) >= 1000 && durationMs(text) <= 300_000,
  "must be from 1s to 5m",
);

const diskSize = z
  .string("must be text")
  .regex(/^[1-9]\d*(\.\d+)?(M|G|T|Mi|Gi|Ti)$/, "must be a size such as 20Gi (units M, G, T, Mi, Gi, Ti)");

const oneOf = <Value extends string>(...values: Value[]) => z.enum(values, `must be one of ${values.join(", ")}`);

const yesOrNo = z.boolean("must be true or false");

/** For an object that has only members that are known. */
const strict = {
  error: ({ code }: { readonly code?: string }) =>
    code === "unrecognized_keys" ? "is not an argument" : "must be an object",
};

const namespaces = z.array(dnsLabel, "must be a list of names").min(1, "must have at least one namespace");

const retention = z.strictObject(
  {
    time: prometheusDuration
      .refine((text) => durationMs(text) >= 2 * 3_600_000, "must be at least 2h, the length of a block")
      .optional(),
    size: z
      .string("must be text")
      .regex(/^[1-9]\d*(B|KB|MB|GB|TB|PB|EB)$/, "must be a size such as 16GB (units B, KB, MB, GB, TB, PB, EB)")
      .optional(),
  },
  strict,
);

const storage = z.union(
  [
    z.literal(false),
    z.strictObject(
      {
        size: diskSize.optional(),
        className: text.optional(),
        onDestroy: oneOf("delete", "keep").optional(),
      },
      strict,
    ),
  ],
  { error: "must be false, or { size, className, onDestroy } with a size such as 20Gi and onDestroy delete or keep" },
);

const labels = z.record(
  z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/),
  z.string("must be text"),
  "must be labels with names of letters, digits and '_', such as { cluster: \"eu-1\" }",
);

/** A list whose members have names of their own, none of them one of ours. */
function named(
  field: string,
  ours: readonly string[],
  member: z.ZodType<unknown, unknown>,
): z.ZodType<unknown, unknown> {
  return z.array(member, "must be a list").superRefine((members, context) => {
    const seen = new Set(ours);
    members.forEach((one, index) => {
      const name = (one as Record<string, string>)[field] as string;
      const message = ours.includes(name)
        ? `must be another name than Serin's own (${ours.join(", ")})`
        : "must be a name that no other one has";
      if (seen.has(name)) context.addIssue({ code: "custom", path: [index, field], message });
      seen.add(name);
    });
  });
}

const name = z.string("must be text").min(1, "must be a name");

const rule = z
  .looseObject(
    {
      expr: z.string("must be PromQL").min(1, "must be PromQL"),
      record: name.optional(),
      alert: name.optional(),
    },
    "must be an object",
  )
  .refine(({ record, alert }) => (record === undefined) !== (alert === undefined), "must have either record or alert");

/** What is allowed, for each argument of a Prometheus that is installed. */
export const prometheusRules: Rules<PrometheusArgs> = {
  namespace: dnsLabel,
  createNamespace: yesOrNo,
  serviceName: dnsLabel,
  clusterIP: z.union([z.ipv4(), z.ipv6()], "must be an IP address"),
  image,
  replicas: wholeNumber(1, 5),
  scrapeInterval: interval,
  evaluationInterval: interval,
  retention,
  storage,
  istio: z.strictObject({ namespace: dnsLabel.optional() }, strict),
  keep: oneOf("all", "istio"),
  recordingRules: z.strictObject(
    {
      rates: yesOrNo.optional(),
      counters: yesOrNo.optional(),
      buckets: yesOrNo.optional(),
      namespaces: namespaces.optional(),
    },
    strict,
  ),
  additionalScrapeConfigs: named("job_name", ownJobs, z.looseObject({ job_name: name }, "must be an object")),
  additionalRules: named(
    "name",
    ownGroups,
    z.looseObject(
      {
        name,
        interval: prometheusDuration.optional(),
        rules: z.array(rule, "must be a list of rules").min(1, "must have at least one rule"),
      },
      "must be an object",
    ),
  ),
  externalLabels: labels,
  remoteWrite: z.array(z.looseObject({ url: httpUrl }, "must be an object"), "must be a list"),
  secrets: z.array(dnsLabel, "must be a list of names"),
  externalUrl: httpUrl,
  allowedNamespaces: namespaces,
};

/** That the samples fit on the disk. */
export const fittingRetention = z
  .object({ size: z.string().optional(), disk: z.string().optional() })
  .superRefine(({ size, disk = DEFAULT_DISK }, context) => {
    if (size === undefined || sizeBytes(size) <= diskBytes(disk)) return;
    context.addIssue({ code: "custom", path: ["size"], message: `must be at most the size of the disk, ${disk}` });
  });

/** What is allowed for a Prometheus that is there already. */
export const existingRules = { url: httpUrl, recordsCounters: yesOrNo };
