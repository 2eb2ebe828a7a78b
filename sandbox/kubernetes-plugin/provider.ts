import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { explain } from "./cluster/errors";
import { Cluster } from "./cluster/cluster";
import { kubeConfigOf, settingsOf, type Settings } from "./config/settings";
import { chartObjects, isSecretChart } from "./construct/chart";
import { registerComponent, wantedBy, type Constructed } from "./construct/component";
import { fileObjects, groupObjects, isSecretText } from "./construct/group";
import type { Placed } from "./construct/order";
import type { Context } from "./objects/context";
import type { Log } from "./rpc/engineLog";
import { unwrapped, type Properties } from "./values/value";

/** Said once, so that nobody takes one plugin for the other. */
const NOTICE = "kubernetes: served by the sandbox's stand-in for the official plugin (docs/kubernetes-plugin.md)";

/** One configured provider: the engine runs a process for each. */
export class Provider {
  private settings: Settings | undefined;
  private connecting: Promise<Cluster> | undefined;
  private readonly cancelled = new AbortController();

  constructor(
    private readonly log: Log,
    /** Of `@pulumi/kubernetes`, whose programs this serves. */
    readonly version: string,
  ) {}

  configure(args: Properties): void {
    this.settings = settingsOf(args);
    this.log.info(NOTICE);
  }

  /** Ends all waits. */
  cancel(): void {
    this.cancelled.abort();
  }

  /** @returns undefined while the cluster is not known, in a preview. @throws Error where there is none */
  async context(): Promise<Context | undefined> {
    const { settings, log } = this;
    if (!settings) return undefined;
    this.connecting ??= connect(settings);
    const cluster = await this.connecting;
    return { cluster, settings, log, signal: this.cancelled.signal };
  }

  async knownContext(): Promise<Context> {
    const context = await this.context();
    if (!context) throw new Error("the provider's configuration is not known yet");
    return context;
  }

  async construct(request: ConstructRequest): Promise<Constructed> {
    const { type, name, inputs } = wantedBy(request);
    const maker = MAKERS[type];
    if (!maker) throw new Error(`the sandbox's Kubernetes plugin has no component ${type}`);
    const context = await this.context();
    const objects = async () => (context ? maker.objects(name, inputs, context.cluster) : undefined);
    const prefix = unwrapped(inputs["resourcePrefix"]);
    const options = {
      prefix: typeof prefix === "string" ? prefix : name,
      skipAwait: unwrapped(inputs["skipAwait"]) === true,
      isSecret: maker.isSecret(inputs),
    };
    try {
      return await registerComponent(request, objects, options, this.version);
    } catch (error) {
      throw new Error(`${type.split(":").at(-1)} ${name}: ${explain(error)}`);
    }
  }
}

interface Maker {
  readonly objects: (name: string, inputs: Properties, cluster: Cluster) => Promise<readonly Placed[] | undefined>;
  readonly isSecret: (inputs: Properties) => boolean;
}

const MAKERS: Readonly<Record<string, Maker>> = {
  "kubernetes:yaml/v2:ConfigGroup": {
    objects: (_, inputs, cluster) => groupObjects(inputs, cluster),
    isSecret: isSecretText,
  },
  "kubernetes:yaml/v2:ConfigFile": {
    objects: (_, inputs, cluster) => fileObjects(inputs, cluster),
    isSecret: isSecretText,
  },
  "kubernetes:helm.sh/v4:Chart": { objects: chartObjects, isSecret: isSecretChart },
};

async function connect(settings: Settings): Promise<Cluster> {
  return Cluster.connect(kubeConfigOf(settings), settings.namespace);
}
