import { unescape } from "node:querystring";
import { setTimeout as sleep } from "node:timers/promises";
import axios, { isAxiosError, type AxiosError } from "axios";
import axiosRetry, { isNetworkError, retryAfter } from "axios-retry";
import type { Fault, Observation } from "../../engine";
import { errorMessage, readAnswer } from "./answer";
import { algorithmOf, analyticsRequest, type AnalyticsQuestion } from "./request";

export interface AnalyticsOptions {
  /** Base URL of the service, http or https, a path prefix allowed. User and password in it are used and never shown. */
  readonly baseURL: string;
  /** Longest wait for the answer to one try, in ms; the service asks Prometheus meanwhile. Default: 10000. */
  readonly timeoutMs?: number;
  /** Tries after the first one that failed in a way that may pass. Default: 3. */
  readonly retries?: number;
  /** Longest wait for the answer with all tries, in ms. Default: (timeoutMs + 4000) x (retries + 1). */
  readonly deadlineMs?: number;
  /** Gives the question up; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Waits between tries; for tests. */
  readonly delay?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Uniform on [0, 1); for tests. */
  readonly random?: () => number;
}

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 4000;
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/**
 * Asks an analytics service with the REST API of Iter8 v0.1 to judge a release. The service keeps nothing itself, so a
 * question that is asked twice does no harm. Faults of the world are observations, not exceptions.
 *
 * @throws {TypeError} when the base URL is not an http or https URL
 */
export async function askAnalytics(question: AnalyticsQuestion, options: AnalyticsOptions): Promise<Observation> {
  const { timeoutMs = 10_000, retries = 3, signal } = options;
  const { shown, auth } = parseBaseURL(options.baseURL);
  const source = `The analytics service at ${shown}`;
  const http = axios.create({
    baseURL: shown,
    auth,
    timeout: timeoutMs,
    transitional: { clarifyTimeoutError: true },
    maxContentLength: LARGEST_ANSWER_BYTES,
    // Where the question goes is for the experiment to say, and for nobody else.
    maxRedirects: 0,
    responseType: "text",
    transformResponse: (body: unknown) => body,
  });
  retryWhatMayPass(http, retries, options);
  signal?.throwIfAborted();
  // The timeout of a try ends silence only; this one also ends an answer that trickles without end.
  const deadline = AbortSignal.timeout(options.deadlineMs ?? (timeoutMs + LONGEST_BACKOFF_MS) * (retries + 1));
  const path = `/api/v1/experiment/${algorithmOf(question.plan.traffic.strategy)}`;
  try {
    const { data } = await http.post<string>(path, analyticsRequest(question), {
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    return readAnswer(data, question.definitions, source);
  } catch (error) {
    signal?.throwIfAborted();
    const [fault, what] = explain(error, deadline.aborted);
    return { kind: "unavailable", fault, detail: `${source} ${what}.` };
  }
}

function retryWhatMayPass(
  http: Parameters<typeof axiosRetry>[0],
  retries: number,
  { delay = (ms, signal) => sleep(ms, undefined, { signal }), random = Math.random }: AnalyticsOptions,
): void {
  axiosRetry(http, {
    retries,
    shouldResetTimeout: true,
    retryCondition: mayPass,
    // The wait is in onRetry, where it can be replaced.
    retryDelay: () => 0,
    onRetry: async (count, error, { signal }) => {
      const backoff = random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (count - 1));
      await delay(Math.min(LONGEST_BACKOFF_MS, Math.max(backoff, retryAfter(error))), signal as AbortSignal);
    },
  });
}

/** What kind of fault an error is, and a text that goes on from the name of the service. */
function explain(error: unknown, timedOut: boolean): readonly [Fault, string] {
  if (timedOut) return ["timeout", "does not finish its answer in time"];
  if (!isAxiosError(error)) throw error;
  const { response, code } = error;
  if (wasCutOff(error)) return ["unreachable", "broke off its answer"];
  if (response !== undefined) {
    const { status, statusText, data } = response;
    const said = errorMessage(String(data)) ?? statusText;
    const text = said === "" ? `${status}` : `${status}: ${said}`;
    if (status >= 500) return ["serverError", `answered with an error (${text})`];
    if (status >= 400) return ["refused", `refused the question (${text})`];
    return ["refused", `answered with a redirect, which is not followed (${status})`];
  }
  if (isTimeout(error)) return ["timeout", "does not answer in time"];
  if (code === "ERR_BAD_RESPONSE") return ["malformed", "answered with more than can be read"];
  return ["unreachable", `does not answer (${code ?? "no connection"})`];
}

function isTimeout({ response, code }: AxiosError): boolean {
  return response === undefined && (code === "ETIMEDOUT" || code === "ECONNABORTED");
}

/** A good status line, and then the connection broke or fell silent; axios reports both alike. */
function wasCutOff({ response }: AxiosError): boolean {
  return response !== undefined && response.status < 300;
}

function mayPass(error: AxiosError): boolean {
  const status = error.response?.status;
  if (status !== undefined) return wasCutOff(error) || status === 429 || status >= 500;
  return isTimeout(error) || (isNetworkError(error) && error.code !== "ERR_BAD_RESPONSE");
}

function parseBaseURL(text: string): { shown: string; auth?: { username: string; password: string } } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new TypeError("the URL of an analytics service must begin with http:// or https://");
  }
  const shown = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  if (url.username === "" && url.password === "") return { shown };
  return { shown, auth: { username: unescape(url.username), password: unescape(url.password) } };
}
