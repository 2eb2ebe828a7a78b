import axios from "axios";
import type { Observation } from "../../engine";
import { parseBaseURL } from "../http/baseURL";
import { explainFault } from "../http/faults";
import { LONGEST_BACKOFF_MS, retryWhatMayPass, type RetryOptions } from "../http/retries";
import { errorMessage, readAnswer } from "./answer";
import { algorithmOf, analyticsRequest, type AnalyticsQuestion } from "./request";

export interface AnalyticsOptions extends RetryOptions {
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
}

const LARGEST_ANSWER_BYTES = 1024 * 1024;

/**
 * Asks an analytics service with the REST API of Iter8 v0.1 to judge a release. The service keeps nothing itself, so a
 * question that is asked twice does no harm. Faults of the world are observations, not exceptions.
 *
 * @throws {TypeError} when the base URL is not an http or https URL
 */
export async function askAnalytics(question: AnalyticsQuestion, options: AnalyticsOptions): Promise<Observation> {
  const { timeoutMs = 10_000, retries = 3, signal } = options;
  const url = parseBaseURL(options.baseURL);
  if (url === undefined) throw new TypeError("the URL of an analytics service must begin with http:// or https://");
  const { shown, auth } = url;
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
    const [fault, what] = explainFault(error, deadline.aborted, { noun: "question", errorMessage });
    return { kind: "unavailable", fault, detail: `${source} ${what}.` };
  }
}
