import type { KubeConfig } from "@kubernetes/client-node";
import axios, { isAxiosError, type AxiosError, type AxiosInstance, type AxiosRequestConfig } from "axios";
import axiosRetry, { retryAfter } from "axios-retry";
import { connectionOf } from "../../../adapters/kubernetes/connection";
import { ApiError, type Cause } from "./errors";

const REQUEST_TIMEOUT_MS = 30_000;
const RETRIES = 6;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 5000;
/** More connections make a burst of requests slower, not faster: each begins with a TLS handshake. */
const CONNECTIONS = 24;

interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly Cause[] };
}

/** An answer, and the warnings that came with it. */
export interface Answer<T> {
  readonly body: T;
  readonly warnings: readonly string[];
}

/**
 * Requests to the API server of a kubeconfig, over kept-alive connections. What may pass (no connection, 429, 5xx) is
 * tried again with backoff and jitter for about 15 seconds; all that the plugin asks for may be asked for twice.
 */
export class ApiServer {
  private constructor(
    private readonly http: AxiosInstance,
    readonly url: string,
  ) {}

  static async connect(config: KubeConfig): Promise<ApiServer> {
    const url = config.getCurrentCluster()?.server;
    if (url === undefined) throw new Error("the kubeconfig names no cluster");
    const connection = await connectionOf(config);
    Object.assign(connection.agent, { maxSockets: CONNECTIONS });
    const http = axios.create({
      baseURL: url,
      httpAgent: connection.agent,
      httpsAgent: connection.agent,
      proxy: false,
      maxRedirects: 0,
      timeout: REQUEST_TIMEOUT_MS,
    });
    http.interceptors.request.use(async (request) => {
      for (const [key, value] of Object.entries(await connection.headers())) request.headers.set(key, value);
      return request;
    });
    axiosRetry(http, {
      retries: RETRIES,
      shouldResetTimeout: true,
      retryCondition: mayPass,
      retryDelay: (count, error) => {
        const backoff = (0.5 + Math.random() / 2) * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (count - 1));
        return Math.min(LONGEST_BACKOFF_MS, Math.max(backoff, retryAfter(error)));
      },
    });
    return new ApiServer(http, url);
  }

  /** @throws ApiError for every answer other than success, and for none */
  async request<T>(request: AxiosRequestConfig): Promise<Answer<T>> {
    try {
      const { data, headers } = await this.http.request<T>(request);
      return { body: data, warnings: warningsOf(headers["warning"] as string | undefined) };
    } catch (error) {
      throw this.explained(error);
    }
  }

  private explained(error: unknown): unknown {
    if (!isAxiosError<Status>(error)) return error;
    const { response } = error;
    // The axios error holds the request's headers, a token among them: only its words may travel on.
    if (!response) return new ApiError(0, `the cluster at ${this.url} is unreachable: ${error.message || error.code}`);
    const { message, reason, details } = response.data ?? {};
    return new ApiError(response.status, message ?? `status ${response.status}`, reason, details?.causes);
  }
}

function mayPass({ response, code }: AxiosError): boolean {
  if (code === "ERR_CANCELED") return false;
  // A field that the type does not have comes as an internal error, too, in server-side apply.
  if (/failed to create typed|not declared in schema/.test((response?.data as Status | undefined)?.message ?? ""))
    return false;
  return response === undefined || response.status === 429 || response.status >= 500;
}

/** The texts of a header such as `299 - "policy/v1beta1 is deprecated"`, of which one may hold several. */
function warningsOf(header: string | undefined): string[] {
  const texts = header?.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return texts.map((text) => JSON.parse(text) as string);
}
