import { z } from "zod";
import { parsePropagation, PROPAGATION_FORMAT } from "../adapters/istio/propagation";
import { DEFAULTS as RECORD } from "../adapters/kubernetes/experiment/read";
import { DRIVERS } from "../adapters/kubernetes/experiment/resource";
import { analysis, budget, checkJudgement, criterion, duration, traffic } from "./judgementInputs";

/** Defaults of a release's settings; where nothing else suits a release better, they are the record's own. */
export const DEFAULTS = {
  namespace: "default",
  prometheusUrl: RECORD.prometheusURL,
  maxStall: RECORD.maxStall,
  maxSampleAge: RECORD.maxSampleAge,
  readyTimeout: RECORD.readyTimeout,
  gracePeriod: RECORD.gracePeriod,
  propagation: RECORD.propagation,
  leaseDuration: "15s",
  onForeignEdit: RECORD.onForeignEdit,
  onDestroy: "keep",
  controllerNamespace: "iter8",
} as const;

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

const objectName = z
  .string()
  .regex(DNS_NAME, "must be a Kubernetes object name (lower case letters, digits, '-', '.')");
const labelName = z
  .string()
  .regex(DNS_LABEL, "must be a Kubernetes name of at most 63 lower case letters, digits and '-'");

const propagation = z
  .string(`must be ${PROPAGATION_FORMAT}`)
  .refine((text) => parsePropagation(text) !== undefined, `must be ${PROPAGATION_FORMAT}`);

const container = z.looseObject({ name: labelName, image: z.string().min(1, "must name an image") });
const podTemplate = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({ containers: z.array(container).min(1, "must have at least one container") }),
});
const servicePort = z.looseObject({
  port: z.int("must be a whole number").min(1, "must be 1 to 65535").max(65535, "must be 1 to 65535"),
});

const workload = z.strictObject({
  template: podTemplate,
  replicas: z.int("must be a whole number").min(1, "must be at least 1").optional(),
  ports: z.array(servicePort).min(1, "must have at least one port").optional(),
});

/** What a release is given, after validation and with every default filled in. */
export const releaseInputs = z
  .strictObject({
    namespace: labelName.default(DEFAULTS.namespace),
    service: labelName,
    baseline: objectName.optional(),
    candidate: objectName.optional(),
    workload: workload.optional(),
    traffic: traffic.prefault({}),
    criteria: z.array(criterion),
    analysis: analysis.prefault({}),
    budget: budget.optional(),
    prometheusUrl: z
      .url({ protocol: /^https?$/, message: "must be an http or https URL" })
      .refine(
        (url) => !/^https?:\/\/[^/]*@/.test(url),
        "must not hold a user name or password: it is kept in the record",
      )
      .default(DEFAULTS.prometheusUrl),
    maxStall: duration.default(DEFAULTS.maxStall),
    maxSampleAge: duration.default(DEFAULTS.maxSampleAge),
    readyTimeout: duration.default(DEFAULTS.readyTimeout),
    gracePeriod: duration.default(DEFAULTS.gracePeriod),
    propagation: propagation.default(DEFAULTS.propagation),
    leaseDuration: duration.default(DEFAULTS.leaseDuration),
    onForeignEdit: z.enum(["correct", "pause"]).default(DEFAULTS.onForeignEdit),
    onDestroy: z.enum(["keep", "delete"]).default(DEFAULTS.onDestroy),
    removeLoser: z.boolean().optional(),
    routingReference: objectName.optional(),
    attempt: z.string().max(63, "must have at most 63 characters").default(""),
    driver: z.enum(DRIVERS).optional(),
    controllerNamespace: labelName.default(DEFAULTS.controllerNamespace),
    kubeconfig: z.string().min(1, "must be a path or the text of a kubeconfig").optional(),
  })
  .superRefine((inputs, context) => {
    const issue = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    checkJudgement(inputs, (path, message, value) =>
      context.addIssue({ code: "custom", path, message, params: { value } }),
    );
    if (inputs.workload) {
      if (inputs.candidate !== undefined) issue("candidate", "must not be given together with 'workload'");
      return;
    }
    if (inputs.baseline === undefined) issue("baseline", "must be given, or a 'workload'");
    if (inputs.candidate === undefined) issue("candidate", "must be given, or a 'workload'");
    if (inputs.baseline !== undefined && inputs.baseline === inputs.candidate) {
      issue("candidate", `must be another Deployment than 'baseline' (${inputs.baseline})`);
    }
  });

export type ReleaseInputs = z.output<typeof releaseInputs>;
export type Workload = z.output<typeof workload>;

/** Properties that Pulumi or the component add to the inputs and that are not part of the release's settings. */
export function settingsOf(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = new Set(Object.keys(releaseInputs.shape));
  return Object.fromEntries(Object.entries(properties).filter(([key, v]) => known.has(key) && v !== undefined));
}
