import type { Agent, RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import axios, { AxiosError, isAxiosError, type AxiosInstance, type AxiosRequestConfig } from "axios";
import axiosRetry, { exponentialDelay } from "axios-retry";
import { KubernetesError } from "./errors";
import { objectPath, type Collection, type KubernetesObject } from "./paths";

/** The field manager under which Serin applies its fields. */
export const FIELD_MANAGER = "serin";

const REQUEST_TIMEOUT_MS = 10_000;
const RETRIES = 3;

/**
 * The requests that Serin makes to the API server. Transient faults are retried with backoff and jitter for a few
 * seconds. Every write that could collide carries a resourceVersion or is a server-side apply, so a repeated one can
 * do no harm.
 */
export class KubernetesClient {
  private constructor(
    private readonly http: AxiosInstance,
    readonly server: string,
  ) {}

  /**
   * @param kubeconfig text or path of a kubeconfig; default: $KUBECONFIG, ~/.kube/config, or the pod's service account
   * @throws Error when no cluster is configured
   */
  static async connect(kubeconfig?: string): Promise<KubernetesClient> {
    const config = loadConfig(kubeconfig);
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error("no Kubernetes cluster is configured: set 'kubeconfig' or $KUBECONFIG");
    const first: RequestOptions = {};
    await config.applyToHTTPSOptions(first);
    const http = axios.create({
      baseURL: cluster.server,
      httpsAgent: keepAlive(first.agent as Agent),
      httpAgent: first.agent,
      proxy: false,
      timeout: REQUEST_TIMEOUT_MS,
    });
    http.interceptors.request.use(async (request) => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options); // tokens expire: ask anew
      for (const [key, value] of Object.entries(options.headers ?? {})) request.headers.set(key, value as string);
      if (options.auth) request.headers.set("Authorization", `Basic ${Buffer.from(options.auth).toString("base64")}`);
      return request;
    });
    axiosRetry(http, {
      retries: RETRIES,
      shouldResetTimeout: true,
      retryDelay: (count, error) => exponentialDelay(count, error, 200),
      retryCondition: isTransientHttp,
    });
    return new KubernetesClient(http, cluster.server);
  }

  get<T extends KubernetesObject>(collection: Collection, namespace: string | undefined, name: string): Promise<T> {
    return this.request<T>({ method: "GET", url: objectPath(collection, namespace, name) });
  }

  async list<T extends KubernetesObject>(
    collection: Collection,
    namespace?: string,
    labelSelector?: string,
  ): Promise<T[]> {
    const url = objectPath(collection, namespace);
    return (await this.request<{ items: T[] }>({ method: "GET", url, params: { labelSelector } })).items;
  }

  create<T extends KubernetesObject>(collection: Collection, object: T): Promise<T> {
    const url = objectPath(collection, object.metadata.namespace);
    return this.request<T>({ method: "POST", url, data: object, params: { fieldManager: FIELD_MANAGER } });
  }

  /**
   * Server-side apply: the fields given become Serin's, all others are left alone. With a `resourceVersion` in the
   * metadata it fails with a conflict when the object has changed since.
   */
  apply<T extends KubernetesObject>(collection: Collection, object: T): Promise<T> {
    return this.request<T>({
      method: "PATCH",
      url: objectPath(collection, object.metadata.namespace, object.metadata.name),
      data: object,
      params: { fieldManager: FIELD_MANAGER, force: true },
      headers: { "Content-Type": "application/apply-patch+yaml" },
    });
  }

  /** JSON merge patch. Give `metadata.resourceVersion` to make it conditional. */
  merge<T extends KubernetesObject>(
    collection: Collection,
    namespace: string | undefined,
    name: string,
    patch: object,
  ): Promise<T> {
    return this.request<T>({
      method: "PATCH",
      url: objectPath(collection, namespace, name),
      data: patch,
      params: { fieldManager: FIELD_MANAGER },
      headers: { "Content-Type": "application/merge-patch+json" },
    });
  }

  /** Replaces the object, or its status alone; conditional on the resourceVersion that it carries. */
  replace<T extends KubernetesObject>(collection: Collection, object: T, subresource?: "status"): Promise<T> {
    const path = objectPath(collection, object.metadata.namespace, object.metadata.name);
    const url = subresource ? `${path}/${subresource}` : path;
    return this.request<T>({ method: "PUT", url, data: object, params: { fieldManager: FIELD_MANAGER } });
  }

  async delete(collection: Collection, namespace: string | undefined, name: string): Promise<void> {
    const data = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
    await this.request({ method: "DELETE", url: objectPath(collection, namespace, name), data });
  }

  private async request<T>(request: AxiosRequestConfig): Promise<T> {
    try {
      return (await this.http.request<T>(request)).data;
    } catch (error) {
      throw this.explain(request, error);
    }
  }

  private explain(request: AxiosRequestConfig, error: unknown): unknown {
    if (!isAxiosError<{ message?: string }>(error)) return error;
    const status = error.response?.status ?? 0;
    // The axios error holds the request's headers, a token among them: only its words may travel on.
    const said = error.response?.data?.message ?? (error.message || error.code || "no answer");
    const where = status === 0 ? `Kubernetes API server ${this.server}: ` : "";
    return new KubernetesError(status, `${where}${said} (${request.method} ${request.url})`);
  }
}

function loadConfig(kubeconfig: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else if (kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{")) config.loadFromString(kubeconfig);
  else config.loadFromFile(kubeconfig);
  return config;
}

function keepAlive(agent: Agent): Agent {
  return Object.assign(agent, { keepAlive: true });
}

function isTransientHttp(error: AxiosError): boolean {
  const status = error.response?.status;
  return status === undefined || status === 429 || status >= 500;
}
