import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../common/children";
import { manifestsOf, type Project, versionOf, withV } from "./manifests";
import { checkedTekton } from "./rules";
import type { ExistingTektonArgs, TektonArgs, TektonReleaseArgs } from "./tektonArgs";
import { settingsTransform } from "./transforms";

/** As the releases have them. */
const NAMESPACE = "tekton-pipelines";
const RESOLVERS = "tekton-pipelines-resolvers";

interface Outputs {
  readonly pipelines: pulumi.Output<string | undefined>;
  readonly triggers: pulumi.Output<string | undefined>;
}

/**
 * Installs Tekton Pipelines, and Triggers unless they are left out, from the manifests of their releases. The namespaces are
 * those of the manifests, `tekton-pipelines` and `tekton-pipelines-resolvers`, with Pod Security at the level `restricted`.
 *
 * What Tekton fills in by itself, certificates and the rules of its webhooks, is no part of the manifests, and stays.
 *
 * Removed are Triggers first, then Pipelines, with all objects of their types. Whatever makes such objects is to depend on the
 * component: an EventListener that outlives Triggers cannot be removed, since its finalizer waits for them. One Tekton a
 * cluster.
 *
 * @example
 * const tekton = new Tekton("tekton", { featureFlags: { "enable-api-fields": "stable" } });
 * export const pipelinesVersion = tekton.pipelinesVersion;
 */
export class Tekton extends pulumi.ComponentResource {
  /** Namespace of the controllers. */
  readonly namespace: pulumi.Output<string>;
  /** Namespace of the resolvers, which fetch Tasks and Pipelines from elsewhere. */
  readonly resolversNamespace: pulumi.Output<string>;
  /** Version of Pipelines; undefined where it is not known. */
  readonly pipelinesVersion: pulumi.Output<string | undefined>;
  /** Version of Triggers; undefined where there are none, or it is not known. */
  readonly triggersVersion: pulumi.Output<string | undefined>;
  /** All that was installed, for `dependsOn` of what needs a Tekton that runs; empty for an existing one. */
  readonly ready: pulumi.Resource[] = [];

  private readonly opts: pulumi.ComponentResourceOptions | undefined;
  private readonly prefix: string;

  /** @throws RunError naming an argument that is refused, its value and what is allowed */
  constructor(name: string, args: TektonArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("serin:index:Tekton", name, {}, opts);
    const checked = checkedTekton(args);
    this.opts = opts;
    this.prefix = name;
    const versions = checked.existing ? foundVersions(checked.existing) : this.install(checked);
    const made = pulumi.all(this.ready.map(({ urn }) => urn));
    // They carry the dependency, so that what uses them waits until Tekton runs.
    this.namespace = made.apply(() => NAMESPACE);
    this.resolversNamespace = made.apply(() => RESOLVERS);
    this.pipelinesVersion = versions.pipelines;
    this.triggersVersion = versions.triggers;
    this.registerOutputs({
      namespace: this.namespace,
      resolversNamespace: this.resolversNamespace,
      pipelinesVersion: this.pipelinesVersion,
      triggersVersion: this.triggersVersion,
    });
  }

  private install(args: TektonArgs): Outputs {
    const { pipelines = {}, triggers = {} } = args;
    const transforms = [settingsTransform(args), ...(args.transforms ?? [])];
    this.apply("pipeline", "pipelines", pipelines, transforms);
    if (triggers !== false) this.apply("triggers", "triggers", triggers, transforms);
    return {
      pipelines: versionOf("pipeline", pipelines),
      triggers: triggers === false ? pulumi.output(undefined) : versionOf("triggers", triggers),
    };
  }

  /** Each manifest comes after all that came before it, since its objects may be of types that those define. */
  private apply(
    project: Project,
    suffix: string,
    release: TektonReleaseArgs,
    transforms: pulumi.ResourceTransform[],
  ): void {
    manifestsOf(project, release).forEach((manifest, index) => {
      const name = `${this.prefix}-${suffix}${index === 0 ? "" : `-${index + 1}`}`;
      const opts = { ...childOptions(this, this.opts, ...this.ready), transforms };
      this.ready.push(new k8s.yaml.v2.ConfigGroup(name, { files: [manifest] }, opts));
    });
  }
}

function foundVersions({ pipelinesVersion, triggersVersion }: ExistingTektonArgs): Outputs {
  const version = (given: pulumi.Input<string> | undefined): pulumi.Output<string | undefined> =>
    given === undefined ? pulumi.output(undefined) : pulumi.output(given).apply(withV);
  return { pipelines: version(pipelinesVersion), triggers: version(triggersVersion) };
}
