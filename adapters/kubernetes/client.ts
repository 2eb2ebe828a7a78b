import type { Readable } from "node:stream";
import { KubeConfig } from "@kubernetes/client-node";
import axios, {
  AxiosError,
  isAxiosError,
  type AxiosInstance,
  type AxiosRequestConfig,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from "axios";
import axiosRetry, { exponentialDelay } from "axios-retry";
import type { KubernetesApi } from "./api";
import { connectionOf } from "./connection";
import { KubernetesError } from "./errors";
import { objectPath, type Collection, type KubernetesObject } from "./paths";
import { ServerClock } from "./serverClock";

/** The field manager under which Serin applies its fields. */
export const FIELD_MANAGER = "serin";

const REQUEST_TIMEOUT_MS = 10_000;
const LIST_TIMEOUT_MS = 30_000;
const PAGE_SIZE = 500;
const RETRIES = 3;

/** What of a collection is listed or watched. */
export interface Scope {
  /** Default: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface Page {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
  readonly next?: string;
}

/** An answer to one try of a request; `status` 0 when there was none. */
export interface Answer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}

interface TimedRequest extends InternalAxiosRequestConfig {
  sentAt?: number;
}

/**
 * The requests that Serin makes to the API server. Transient faults are retried with backoff and jitter for a few
 * seconds. Every write that could collide carries a resourceVersion or is a server-side apply, so a repeated one can
 * do no harm.
 */
export class KubernetesClient implements KubernetesApi {
  /** The API server's own clock. */
  readonly clock = new ServerClock();

  private constructor(
    private readonly http: AxiosInstance,
    readonly server: string,
    /** Namespace of the kubeconfig's context. */
    readonly namespace: string | undefined,
    private readonly onAnswer: (answer: Answer) => void,
  ) {
    http.interceptors.response.use(
      (response) => this.answered(response),
      (error: unknown) => {
        if (isAxiosError(error)) this.answered(error);
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
    retryTransientFaults(http);
  }

  /**
   * @param kubeconfig text or path of a kubeconfig; default: $KUBECONFIG, ~/.kube/config, or the pod's service account
   * @param onAnswer hears of every answer, and of every try without one
   * @throws Error when no cluster is configured
   */
  static async connect(
    kubeconfig?: string,
    onAnswer: (answer: Answer) => void = () => undefined,
  ): Promise<KubernetesClient> {
    const config = loadConfig(kubeconfig);
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error("no Kubernetes cluster is configured: set 'kubeconfig' or $KUBECONFIG");
    const connection = await connectionOf(config);
    const http = axios.create({
      baseURL: cluster.server,
      httpsAgent: connection.agent,
      httpAgent: connection.agent,
      proxy: false,
      maxRedirects: 0, // the API server sends nobody elsewhere, and looking out for it costs time
      timeout: REQUEST_TIMEOUT_MS,
    });
    http.interceptors.request.use(async (request: TimedRequest) => {
      for (const [key, value] of Object.entries(await connection.headers())) request.headers.set(key, value);
      request.sentAt = performance.now();
      return request;
    });
    const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
    return new KubernetesClient(http, cluster.server, namespace, onAnswer);
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

  apply<T extends KubernetesObject>(collection: Collection, object: T): Promise<T> {
    return this.request<T>({
      method: "PATCH",
      url: objectPath(collection, object.metadata.namespace, object.metadata.name),
      data: object,
      params: { fieldManager: FIELD_MANAGER, force: true },
      headers: { "Content-Type": "application/apply-patch+yaml" },
    });
  }

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

  replace<T extends KubernetesObject>(collection: Collection, object: T, subresource?: "status"): Promise<T> {
    const path = objectPath(collection, object.metadata.namespace, object.metadata.name);
    const url = subresource ? `${path}/${subresource}` : path;
    return this.request<T>({ method: "PUT", url, data: object, params: { fieldManager: FIELD_MANAGER } });
  }

  async delete(collection: Collection, namespace: string | undefined, name: string): Promise<void> {
    const data = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
    await this.request({ method: "DELETE", url: objectPath(collection, namespace, name), data });
  }

  /** One part of a collection, and where the next one begins; `resourceVersion` is where a watch goes on from. */
  async page(collection: Collection, scope: Scope, after: string | undefined): Promise<Page> {
    const params = { ...selectorsOf(scope), limit: PAGE_SIZE, continue: after };
    const url = objectPath(collection, scope.namespace);
    const page = await this.request<{
      items: KubernetesObject[];
      metadata: { resourceVersion: string; continue?: string };
    }>({
      method: "GET",
      url,
      params,
      timeout: LIST_TIMEOUT_MS,
    });
    const { resourceVersion, continue: next } = page.metadata;
    return { items: page.items, resourceVersion, next: next || undefined };
  }

  /** The changes of a collection since a resourceVersion, as lines of JSON, until the server or the signal ends them. */
  async watch(
    collection: Collection,
    scope: Scope,
    resourceVersion: string,
    { timeoutSeconds, signal }: { readonly timeoutSeconds: number; readonly signal: AbortSignal },
  ): Promise<Readable> {
    const params = { ...selectorsOf(scope), watch: true, resourceVersion, allowWatchBookmarks: true, timeoutSeconds };
    // The time until the answer begins; axios' own would also end a watch in which nothing happens.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), LIST_TIMEOUT_MS);
    try {
      return await this.request<Readable>({
        method: "GET",
        url: objectPath(collection, scope.namespace),
        params,
        responseType: "stream",
        timeout: 0,
        signal: AbortSignal.any([signal, late.signal]),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  private answered<T extends AxiosResponse | AxiosError>(outcome: T): T {
    const { config } = outcome;
    const response = "response" in outcome ? outcome.response : (outcome as AxiosResponse);
    const sentAt = (config as TimedRequest | undefined)?.sentAt ?? performance.now();
    this.clock.observe(response?.headers?.["date"], sentAt);
    const { method = "get", url = "" } = config ?? {};
    this.onAnswer({ method, path: url, status: response?.status ?? 0, durationMs: performance.now() - sentAt });
    return outcome;
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
    const status = statusOf(error);
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

function selectorsOf({ labelSelector, fieldSelector }: Scope): object {
  return { labelSelector, fieldSelector };
}

function retryTransientFaults(http: AxiosInstance): void {
  axiosRetry(http, {
    retries: RETRIES,
    shouldResetTimeout: true,
    retryDelay: (count, error) => exponentialDelay(count, error, 200),
    retryCondition: isTransientHttp,
  });
}

function isTransientHttp(error: AxiosError): boolean {
  const status = statusOf(error);
  return status === 0 || status === 429 || status >= 500;
}

/** Status of an answer; 0 without one, and for a good one that broke off. */
function statusOf({ response }: AxiosError): number {
  return response === undefined || response.status < 300 ? 0 : response.status;
}
