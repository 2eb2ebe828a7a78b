import axios, { type AxiosInstance } from "axios";
import { parseBaseURL, type BaseURL } from "../http/baseURL";
import { explainFault } from "../http/faults";
import { LONGEST_BACKOFF_MS, retryWhatMayPass, type RetryOptions } from "../http/retries";
import { errorMessage, parseAnswer, type QueryFault, type QueryResult } from "./queryResult";
import { parseMatrix, type RangeResult } from "./rangeResult";

export interface PrometheusOptions extends RetryOptions {
  /** Base URL of the HTTP API, http or https, a path prefix allowed. User and password in it are used and never shown. */
  readonly baseURL: string;
  /** Longest wait for the answer to one try, in ms. Default: 5000. */
  readonly timeoutMs?: number;
  /** Tries after the first one that failed in a way that may pass. Default: 3. */
  readonly retries?: number;
  /** Longest wait for a query with all its tries, in ms. Default: (timeoutMs + 4000) x (retries + 1). */
  readonly deadlineMs?: number;
  /** Sent with every query. Their values are never shown. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?:
    | { readonly kind: "basic"; readonly username: string; readonly password: string }
    | { readonly kind: "bearer"; readonly token: string };
}

export interface QueryOptions {
  /** The moment the query is evaluated at, in ms since 1970. Default: Prometheus' own now. */
  readonly time?: number;
  /** Gives the query up; its promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface RangeOptions {
  /** First and last moment, in ms since 1970. */
  readonly start: number;
  readonly end: number;
  /** From one moment to the next, in ms. */
  readonly stepMs: number;
  /** As for an instant query. */
  readonly signal?: AbortSignal;
}

/** Whatever can answer an instant query. */
export interface QuerySource {
  query(promql: string, options?: QueryOptions): Promise<QueryResult>;
}

/** Whatever can answer a range query. */
export interface RangeSource {
  queryRange(promql: string, options: RangeOptions): Promise<RangeResult>;
}

const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;
/** A longer query does not fit into the URL that servers and proxies take. */
const LONGEST_IN_URL = 4096;

/** Asks one Prometheus. Faults of the world are results, not exceptions: whoever releases has to live with them. */
export class PrometheusClient implements QuerySource, RangeSource {
  /** How texts name this Prometheus: its URL without anything secret. */
  readonly displayName: string;
  private readonly http: AxiosInstance;
  private readonly deadlineMs: number;

  /** @throws {TypeError} when the base URL is not an http or https URL */
  constructor(options: PrometheusOptions) {
    const { timeoutMs = 5000, retries = 3 } = options;
    const url = urlOf(options.baseURL);
    this.displayName = `Prometheus at ${url.shown}`;
    // The timeout of a try ends silence only; this one also ends an answer that trickles without end.
    this.deadlineMs = options.deadlineMs ?? (timeoutMs + LONGEST_BACKOFF_MS) * (retries + 1);
    this.http = axios.create({
      baseURL: url.shown,
      timeout: timeoutMs,
      transitional: { clarifyTimeoutError: true },
      maxContentLength: LARGEST_ANSWER_BYTES,
      responseType: "text",
      transformResponse: (body: unknown) => body,
      headers: { ...options.headers, ...bearer(options.auth) },
      auth: options.auth?.kind === "basic" ? options.auth : url.auth,
    });
    retryWhatMayPass(this.http, retries, options);
  }

  async query(promql: string, { time, signal }: QueryOptions = {}): Promise<QueryResult> {
    const params = { query: promql, ...(time === undefined ? {} : { time: time / 1000 }) };
    return this.ask("/api/v1/query", params, parseAnswer, signal);
  }

  async queryRange(promql: string, { start, end, stepMs, signal }: RangeOptions): Promise<RangeResult> {
    const params = { query: promql, start: start / 1000, end: end / 1000, step: stepMs / 1000 };
    return this.ask("/api/v1/query_range", params, parseMatrix, signal);
  }

  private async ask<T>(
    path: string,
    params: { readonly query: string } & Readonly<Record<string, string | number>>,
    parse: (body: string, source: string) => T,
    signal: AbortSignal | undefined,
  ): Promise<T | QueryFault> {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(this.deadlineMs);
    try {
      const options = { signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) };
      const { data } =
        params.query.length > LONGEST_IN_URL
          ? await this.http.post<string>(path, form(params), options)
          : await this.http.get<string>(path, { params, ...options });
      return parse(data, this.displayName);
    } catch (error) {
      signal?.throwIfAborted();
      return this.toFault(error, deadline.aborted);
    }
  }

  private toFault(error: unknown, timedOut: boolean): QueryFault {
    const [fault, what] = explainFault(error, timedOut, { noun: "query", errorMessage });
    return { kind: "fault", fault, detail: `${this.displayName} ${what}` };
  }
}

function form(params: Readonly<Record<string, string | number>>): URLSearchParams {
  return new URLSearchParams(Object.entries(params).map(([name, value]): [string, string] => [name, `${value}`]));
}

function bearer(auth: PrometheusOptions["auth"]): Record<string, string> {
  return auth?.kind === "bearer" ? { Authorization: `Bearer ${auth.token}` } : {};
}

function urlOf(text: string): BaseURL {
  const url = parseBaseURL(text);
  if (url !== undefined) return url;
  const shown = text.replace(/\/\/[^/@]*@/, "//");
  throw new TypeError(`'${shown}' is not the URL of a Prometheus: it must begin with http:// or https://`);
}
