import * as pulumi from "@pulumi/pulumi";
import type { AnalysisArgs, BudgetArgs, CanaryReleaseArgs, CriterionArgs, TrafficArgs } from "serin";
import { z } from "zod";
import { type AllConfig, checkedConfig } from "../common/config";
import type { PlatformSettings } from "./platform";

/** Settings that are handed to the release as they are; the release itself checks them, member by member. */
const passed = {
  traffic: z.custom<TrafficArgs>(),
  criteria: z.custom<CriterionArgs[]>(),
  analysis: z.custom<AnalysisArgs>(),
  budget: z.custom<BudgetArgs>(),
  prometheusUrl: z.string(),
  maxStall: z.string(),
  maxSampleAge: z.string(),
  readyTimeout: z.string(),
  gracePeriod: z.string(),
  propagation: z.string(),
  leaseDuration: z.string(),
  onForeignEdit: z.enum(["correct", "pause"]),
  onRollback: z.enum(["fail", "report"]),
  onDestroy: z.enum(["keep", "delete"]),
  removeLoser: z.boolean(),
  routingReference: z.string(),
  baseline: z.string(),
  attempt: z.string(),
  driver: z.enum(["controller", "pulumi"]),
  controllerNamespace: z.string(),
  kubeconfig: z.string(),
};

const config = z.strictObject({
  /** Service to release. */
  service: z.string(),
  namespace: z.string().default("default"),
  /** Image of the version to be released; its tag becomes the pods' `version` label. Not together with `candidate`. */
  image: z.string().optional(),
  /** Deployment to be released against the Deployment `baseline`, where something else deploys both. */
  candidate: z.string().optional(),
  /** Stack of the platform that is released on, such as `organization/serin-platform/production`. */
  platform: z
    .string()
    .regex(/^[^/]+\/[^/]+\/[^/]+$/, "must be a stack's full name, such as organization/serin-platform/production")
    .optional(),
  /** Port that the container listens on, and the Service's. */
  port: z.int().min(1).max(65535).default(8080),
  replicas: z.int().min(1).optional(),
  /** Whether the pods are made for Pod Security's level `restricted`: not as root, without privileges. */
  restricted: z.boolean().default(false),
  /** Annotations of the pods. */
  podAnnotations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  ...z.object(passed).partial().required({ criteria: true }).shape,
});

export type ReleaseConfig = z.output<typeof config>;

/** The settings that are text, even when Pulumi's configuration makes them look like numbers. */
const TEXT: ReadonlySet<string> = new Set(["attempt", "image", "candidate", "baseline", "service", "namespace"]);

/**
 * The stack's configuration, checked: unknown keys are refused by name.
 *
 * @throws RunError naming each key, its value and what is allowed
 */
export function readConfig(project: string, all: AllConfig): ReleaseConfig {
  return oneWay(project, checkedConfig(project, all, config, TEXT));
}

/** What is released is either an image, or a Deployment by name. */
function oneWay(project: string, values: ReleaseConfig): ReleaseConfig {
  const { image, candidate } = values;
  if ((image === undefined) !== (candidate === undefined)) return values;
  const given =
    image === undefined ? "neither is given" : `'image' (${image}) and 'candidate' (${candidate}) are given`;
  throw new pulumi.RunError(
    `Configuration of ${project}: ${given}; give either 'image', or 'baseline' and 'candidate'. ` +
      `For instance: pulumi config set image reviews:v3`,
  );
}

/** The configuration of the stack that runs. */
export function stackConfig(): ReleaseConfig {
  return readConfig(pulumi.getProject(), pulumi.runtime.allConfig());
}

const restrictedPod = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
const restrictedContainer = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/**
 * The arguments of the release that a configuration asks for.
 *
 * @param found what the platform's stack says, where one is named
 */
export function releaseArgs(from: ReleaseConfig, found: PlatformSettings = {}): CanaryReleaseArgs {
  const { image, port, replicas, podAnnotations, restricted, platform, ...own } = from;
  const settings = { ...own, ...found };
  if (image === undefined) return settings;
  return {
    ...settings,
    workload: {
      replicas,
      ports: [{ name: "http", port, targetPort: port }],
      template: {
        metadata: { labels: { app: settings.service, version: tagOf(image) }, annotations: podAnnotations },
        spec: {
          ...(restricted ? { securityContext: restrictedPod } : {}),
          containers: [
            {
              name: settings.service,
              image,
              ports: [{ containerPort: port }],
              ...(restricted ? { securityContext: restrictedContainer } : {}),
            },
          ],
        },
      },
    },
  };
}

/**
 * The tag of an image as a label's value.
 *
 * @example tagOf("registry.example:5000/reviews:v3") // "v3"
 */
export function tagOf(image: string): string {
  const [name = "", digest] = image.split("@");
  const tag = /:([\w.-]+)$/.exec(name)?.[1] ?? digest?.replace("sha256:", "").slice(0, 12) ?? "latest";
  return tag.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
}
