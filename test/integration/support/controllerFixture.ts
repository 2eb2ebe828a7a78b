import { randomBytes } from "node:crypto";
import axios from "axios";
import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import {
  DESTINATION_RULES,
  ruleName,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../../../adapters/istio/rules";
import { KubernetesClient } from "../../../adapters/kubernetes/client";
import { targetState, type Deployment, type Labels } from "../../../adapters/kubernetes/deployments";
import { orUndefined } from "../../../adapters/kubernetes/errors";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import {
  DEPLOYMENTS,
  EVENTS,
  EXPERIMENTS,
  NAMESPACES,
  SERVICES,
  type Collection,
  type KubernetesObject,
} from "../../../adapters/kubernetes/paths";
import type { Sandbox } from "../../../sandbox/cluster";
import { ControllerProcess } from "./controllerProcess";
import { until, type MeshRoute } from "./releaseFixture";
import { sharedSandbox } from "./sharedSandbox";

/** Namespace of the controller; Iter8's own. */
export const PLATFORM = "iter8";

const started: ControllerProcess[] = [];

/** A controller for the file's sandbox. Its Lease and the platform's ConfigMaps are in the namespace `iter8`. */
export async function startController(args: readonly string[] = []): Promise<ControllerProcess> {
  const sandbox = await sharedSandbox();
  await ensureNamespace(await KubernetesClient.connect(sandbox.kubeconfig), PLATFORM);
  const controller = await ControllerProcess.start(sandbox, ["--lease-namespace", PLATFORM, ...args]);
  started.push(controller);
  return controller;
}

/** To be called in each file's outermost `describe`, before `endSandboxAfterwards`: stops what `startController` started. */
export function endControllersAfterwards(): void {
  after(async function () {
    this.timeout(30_000);
    await Promise.all(started.splice(0).map((controller) => controller.end()));
  });
}

/** Makes a namespace that may exist already. */
async function ensureNamespace(client: KubernetesClient, name: string): Promise<void> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  if (!(await orUndefined(client.get(NAMESPACES, undefined, name)))) await client.create(NAMESPACES, namespace);
}

/** Behaviour of a version's pods, or of a Service's traffic, as annotations of the simulated mesh without their prefix. */
export type Behaviour = Readonly<Record<string, string>>;

/** An Experiment as people write it: the namespace is filled in. */
export interface Manifest {
  readonly metadata: { readonly name: string; readonly labels?: Labels };
  readonly spec: object;
  readonly [other: string]: unknown;
}

/** A namespace of its own, and what a user does there. */
export class ControllerFixture {
  private constructor(
    readonly sandbox: Sandbox,
    readonly client: KubernetesClient,
    private readonly user: KubernetesObjectApi,
    readonly namespace: string,
  ) {}

  /** @param name how the namespace's name begins */
  static async create(name: string): Promise<ControllerFixture> {
    const sandbox = await sharedSandbox();
    const client = await KubernetesClient.connect(sandbox.kubeconfig);
    const config = new KubeConfig();
    config.loadFromFile(sandbox.kubeconfig);
    const namespace = `${name}-${randomBytes(3).toString("hex")}`;
    await ensureNamespace(client, namespace);
    return new ControllerFixture(sandbox, client, KubernetesObjectApi.makeApiClient(config), namespace);
  }

  /** Creates an object as the first `kubectl apply` does: under its field manager, and nothing added but its annotation. */
  async apply(manifest: Pick<Manifest, "metadata"> & Readonly<Record<string, unknown>>): Promise<void> {
    const object = { ...manifest, metadata: { namespace: this.namespace, ...manifest.metadata } };
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(object) };
    const applied = { ...object, metadata: { ...object.metadata, annotations } };
    await this.user.create(applied, undefined, undefined, "kubectl-client-side-apply");
  }

  async applyExperiment(manifest: Manifest): Promise<void> {
    await this.apply({ apiVersion: "iter8.tools/v1alpha1", kind: "Experiment", ...manifest });
  }

  /** A Service over the pods with label `app`; without traffic unless the behaviour asks for some. */
  async service(name: string, behaviour: Behaviour = {}): Promise<void> {
    await this.client.create(SERVICES, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: this.namespace, annotations: meshAnnotations(behaviour) },
      spec: { selector: { app: name }, ports: [{ name: "http", port: 9080 }] },
    } as KubernetesObject);
  }

  /** A Deployment of a version, with one pod labelled `app` and `version`. */
  async deploy(app: string, version: string, behaviour: Behaviour = {}): Promise<void> {
    const labels = { app, version };
    const template = { metadata: { labels, annotations: meshAnnotations(behaviour) } };
    await this.client.create(DEPLOYMENTS, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: `${app}-${version}`, namespace: this.namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { ...template, spec: { containers: [{ name: app, image: app }] } },
      },
    } as KubernetesObject);
  }

  async untilReady(...deployments: readonly string[]): Promise<void> {
    await until(`${deployments.join(", ")} are Ready in ${this.namespace}`, async () => {
      const found = await Promise.all(deployments.map((name) => this.find<Deployment>(DEPLOYMENTS, name)));
      return found.every((deployment) => targetState(deployment) === "ready");
    });
  }

  experiment(name: string): Promise<ExperimentResource> {
    return this.client.get<ExperimentResource>(EXPERIMENTS, this.namespace, name);
  }

  /** Waits for an experiment to be as told. @throws Error with its last message when it does not within the time */
  async untilExperiment(
    name: string,
    what: string,
    holds: (experiment: ExperimentResource) => boolean,
    timeoutMs = 60_000,
  ): Promise<ExperimentResource> {
    let seen: ExperimentResource | undefined;
    try {
      await until(`${name} ${what}`, async () => holds((seen = await this.experiment(name))), timeoutMs);
    } catch (error) {
      throw new Error(`${(error as Error).message}; its status: ${JSON.stringify(seen?.status)}`, { cause: error });
    }
    return seen as ExperimentResource;
  }

  untilCompleted(name: string, timeoutMs?: number): Promise<ExperimentResource> {
    return this.untilExperiment(name, "is completed", (e) => hasCondition(e, "ExperimentCompleted", "True"), timeoutMs);
  }

  /** What `kubectl patch` sets. */
  async act(name: string, action: NonNullable<ExperimentResource["action"]>): Promise<void> {
    await this.client.merge(EXPERIMENTS, this.namespace, name, { action });
  }

  /** `kubectl delete experiment`; resolves when the object is gone. */
  async remove(name: string, timeoutMs?: number): Promise<void> {
    await this.client.delete(EXPERIMENTS, this.namespace, name);
    await until(`${name} is gone`, async () => (await this.find(EXPERIMENTS, name)) === undefined, timeoutMs);
  }

  find<T extends KubernetesObject>(collection: Collection, name: string): Promise<T | undefined> {
    return orUndefined(this.client.get<T>(collection, this.namespace, name));
  }

  /** The VirtualService of a Service: the experiment's own, unless another one is named. */
  virtualService(service: string, name = this.ruleOf(service)): Promise<VirtualService> {
    return this.client.get<VirtualService>(VIRTUAL_SERVICES, this.namespace, name);
  }

  destinationRule(service: string): Promise<DestinationRule> {
    return this.client.get<DestinationRule>(DESTINATION_RULES, this.namespace, this.ruleOf(service));
  }

  /** Reasons and messages of the Events on an experiment. */
  async events(experiment: string): Promise<{ readonly reason: string; readonly message: string }[]> {
    type Event = KubernetesObject & { reason: string; message: string; involvedObject: { name: string } };
    const all = await this.client.list<Event>(EVENTS, this.namespace);
    return all.filter(({ involvedObject }) => involvedObject.name === experiment);
  }

  /** The share of a Service's traffic that a Deployment had by each route that took effect, oldest first, no repetitions. */
  async shares(service: string, deployment: string): Promise<number[]> {
    const { data } = await axios.get<MeshRoute[]>(`${this.sandbox.meshUrl}/routes`);
    const own = data.filter((route) => route.namespace === this.namespace && route.service === service);
    const shares = own.map(({ weights, workloads }) =>
      Object.entries(weights)
        .filter(([subset]) => workloads[subset]?.includes(deployment))
        .reduce((sum, [, weight]) => sum + weight, 0),
    );
    return shares.filter((share, i) => share !== shares[i - 1]);
  }

  private ruleOf(service: string): string {
    return ruleName({ name: service, namespace: this.namespace });
  }
}

function meshAnnotations(behaviour: Behaviour): Record<string, string> {
  return Object.fromEntries(Object.entries(behaviour).map(([key, value]) => [`mesh.serin.dev/${key}`, value]));
}

/** Whether a condition stands so. */
export function hasCondition({ status }: ExperimentResource, type: string, wanted: string, reason?: string): boolean {
  const found = status?.conditions?.find((condition) => condition.type === type);
  return found?.status === wanted && (reason === undefined || found.reason === reason);
}
