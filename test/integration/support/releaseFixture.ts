import { randomBytes } from "node:crypto";
import axios from "axios";
import {
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../../../adapters/istio/rules";
import { KubernetesClient } from "../../../adapters/kubernetes/client";
import type { Deployment } from "../../../adapters/kubernetes/deployments";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { isNotFound } from "../../../adapters/kubernetes/errors";
import { ExperimentStore } from "../../../adapters/kubernetes/experiments";
import { DEPLOYMENTS, EVENTS, NAMESPACES, SERVICES, type KubernetesObject } from "../../../adapters/kubernetes/paths";
import type { Sandbox } from "../../../sandbox/cluster";
import type { Sent } from "../../../sandbox/dataplane/load";
import type { Losses } from "../../../sandbox/dataplane/recorder";
import type { Split } from "../../../sandbox/dataplane/splits";
import { PulumiStack } from "../../../sandbox/pulumi/pulumiStack";
import { sharedSandbox } from "./sharedSandbox";

/** Name of the Service in every fixture's namespace. */
export const SERVICE = "reviews";

/** Behaviours of a version's pods, as annotations of the simulated mesh. */
export const GOOD = { "latency-p50-ms": "20", "error-rate": "0" };
export const BAD = { "latency-p50-ms": "300", "error-rate": "0.3" };

export interface MeshRequests {
  readonly service: string;
  readonly namespace: string;
  readonly workload: string;
  readonly requests: number;
}

export interface MeshRoute {
  /** ms since 1970. */
  readonly at: number;
  readonly service: string;
  readonly namespace: string;
  readonly weights: Readonly<Record<string, number>>;
  /** The workloads that each subset reaches. */
  readonly workloads: Readonly<Record<string, readonly string[]>>;
  readonly requestsByWorkload: Readonly<Record<string, number>>;
}

/** The fixture that was made last. */
let current: ReleaseFixture | undefined;

/**
 * A namespace with a Service that gets traffic, and a stack of the release program for it. There is one at a time: real
 * requests cost time, so those of the one before end when the next is made.
 */
export class ReleaseFixture {
  private constructor(
    readonly sandbox: Sandbox,
    readonly client: KubernetesClient,
    readonly namespace: string,
    readonly stack: PulumiStack,
  ) {}

  /** @param requestsPerSecond to the Service */
  static async create(name: string, requestsPerSecond = 200): Promise<ReleaseFixture> {
    const sandbox = await sharedSandbox();
    const client = await KubernetesClient.connect(sandbox.kubeconfig);
    if (sandbox.dataPlane === "envoy") await current?.endTraffic();
    const namespace = `${name}-${randomBytes(3).toString("hex")}`;
    await client.create(NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await client.create(SERVICES, {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: SERVICE,
        namespace,
        annotations: { "mesh.serin.dev/requests-per-second": String(requestsPerSecond) },
      },
      spec: { selector: { app: SERVICE }, ports: [{ name: "http", port: 9080 }] },
    } as KubernetesObject);
    const stack = await PulumiStack.create(sandbox, namespace);
    await stack.configure({ prometheusUrl: sandbox.prometheusUrl });
    await stack.configure({
      namespace,
      "traffic.strategy": "check_and_increment",
      "traffic.interval": "2s",
      "traffic.maxIterations": 5,
      "criteria[0].sampleSize": 10,
      "criteria[1].sampleSize": 10,
      "criteria[1].stopOnFailure": "true",
      gracePeriod: "1s",
      leaseDuration: "2s",
      replicas: 1,
    });
    current = new ReleaseFixture(sandbox, client, namespace, stack);
    return current;
  }

  private async endTraffic(): Promise<void> {
    // The fixture may be of an earlier file, whose cluster is gone.
    if (this.sandbox !== (await sharedSandbox())) return;
    const metadata = { annotations: { "mesh.serin.dev/requests-per-second": "0" } };
    await this.client.merge(SERVICES, this.namespace, SERVICE, { metadata }).catch(unlessGone);
  }

  /** Sets the version that the next `pulumi up` ships. */
  async want(tag: string, behaviour: Readonly<Record<string, string>>): Promise<void> {
    const annotations = Object.entries(behaviour).map(([key, value]) => [
      `podAnnotations["mesh.serin.dev/${key}"]`,
      value,
    ]);
    await this.stack.configure({ image: `${SERVICE}:${tag}`, ...Object.fromEntries(annotations) });
  }

  /** A Deployment that no release made, Ready. */
  async deploy(name: string, version: string, behaviour: Readonly<Record<string, string>>): Promise<void> {
    const labels = { app: SERVICE, version };
    const annotations = Object.fromEntries(
      Object.entries(behaviour).map(([key, value]) => [`mesh.serin.dev/${key}`, value]),
    );
    const { namespace } = this;
    await this.client.create(DEPLOYMENTS, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels, annotations }, spec: { containers: [{ name: "app", image: SERVICE }] } },
      },
    } as KubernetesObject);
    await until(`Deployment ${name} is Ready`, async () => {
      const deployment = await this.client.get<Deployment>(DEPLOYMENTS, namespace, name);
      return deployment.status?.readyReplicas === 1;
    });
  }

  experiments(): Promise<ExperimentResource[]> {
    return new ExperimentStore(this.client).list(this.namespace);
  }

  /** Waits until the newest experiment's record is as wanted. */
  async untilRecorded(wanted: (experiment: ExperimentResource) => boolean): Promise<void> {
    await until("the record is as wanted", async () => {
      const newest = (await this.experiments()).at(-1);
      return newest !== undefined && wanted(newest);
    });
  }

  untilEnded(): Promise<void> {
    return this.untilRecorded(({ status }) => status?.serin?.stage === "ended");
  }

  async virtualService(): Promise<VirtualService> {
    return this.client.get(VIRTUAL_SERVICES, this.namespace, `${SERVICE}.${this.namespace}.iter8-experiment`);
  }

  async destinationRule(): Promise<DestinationRule> {
    return this.client.get(DESTINATION_RULES, this.namespace, `${SERVICE}.${this.namespace}.iter8-experiment`);
  }

  /** Messages and reasons of the events on the experiments. */
  async events(): Promise<{ reason: string; message: string }[]> {
    return this.client.list<KubernetesObject & { reason: string; message: string }>(EVENTS, this.namespace);
  }

  deployments(): Promise<Deployment[]> {
    return this.client.list<Deployment>(DEPLOYMENTS, this.namespace);
  }

  /** Requests that the mesh has sent to each workload of the Service. */
  async requests(): Promise<Record<string, number>> {
    const { data } = await axios.get<MeshRequests[]>(`${this.sandbox.meshUrl}/requests`);
    const own = data.filter(({ namespace }) => namespace === this.namespace);
    return Object.fromEntries(own.map(({ workload, requests }) => [workload, requests]));
  }

  /** The first value that Prometheus answers a query with; 0 without one. */
  async query(promql: string): Promise<number> {
    const { data } = await axios.get<{ data: { result: { value: [number, string] }[] } }>(
      `${this.sandbox.prometheusUrl}/api/v1/query`,
      { params: { query: promql } },
    );
    return Number(data.data.result[0]?.value[1] ?? 0);
  }

  /** What each route asked for, and what came of it once it was in effect; with the data plane `envoy` only. */
  async splits(): Promise<Split[]> {
    const { data } = await axios.get<Split[]>(`${this.sandbox.meshUrl}/splits`);
    return data.filter(({ namespace }) => namespace === this.namespace);
  }

  /**
   * Requests to the Service since a pod answered the first one: how many were sent, and what kept others from being answered
   * by a pod; with the data plane `envoy` only.
   */
  async traffic(): Promise<{ readonly sent: number; readonly lost: Readonly<Record<string, number>> }> {
    const page = async <T extends { readonly namespace: string }>(path: string): Promise<T | undefined> => {
      const { data } = await axios.get<T[]>(`${this.sandbox.meshUrl}${path}`);
      return data.find(({ namespace }) => namespace === this.namespace);
    };
    const [sent, lost] = await Promise.all([page<Sent>("/sent"), page<Losses>("/lost")]);
    const unanswered = sent?.unanswered ?? 0;
    return { sent: sent?.requests ?? 0, lost: { ...lost?.byFlags, ...(unanswered > 0 ? { unanswered } : {}) } };
  }

  /** Every route that the mesh saw for the Service, oldest first. */
  async routes(): Promise<MeshRoute[]> {
    const { data } = await axios.get<MeshRoute[]>(`${this.sandbox.meshUrl}/routes`);
    return data.filter(({ namespace }) => namespace === this.namespace);
  }
}

/** A test may have deleted its Service. */
function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

/** Waits for something to become true. @throws Error naming it when it does not within the time */
export async function until(what: string, holds: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
