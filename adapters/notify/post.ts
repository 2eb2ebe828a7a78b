import axios, { AxiosError } from "axios";
import { retryAfter } from "axios-retry";

/** What a channel said to a notification. */
export interface PostAnswer {
  /** HTTP status. */
  readonly status: number;
  /** How long it asks to be left alone (header Retry-After), in ms. Default: 0. */
  readonly retryAfterMs?: number;
}

/**
 * Sends a body. It resolves with whatever answer comes, also one that is an error, within `timeoutMs`; else it rejects,
 * best with an error that has a `code`.
 */
export type Post = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
) => Promise<PostAnswer>;

/** Posts by HTTP. A redirect is an answer like any other: who follows it could take a secret to another host. */
export const httpPost: Post = async (url, body, headers, timeoutMs) => {
  // Also ends a connection attempt that nobody answers, which axios' own timeout does not.
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await axios.post(url, body, {
      headers,
      signal,
      maxRedirects: 0,
      responseType: "stream",
      transformRequest: (text: unknown) => text,
      validateStatus: () => true,
    });
    response.data.destroy(); // the status says it all, and the rest may be of any size
    return {
      status: response.status,
      retryAfterMs: retryAfter(new AxiosError(undefined, undefined, undefined, undefined, response)),
    };
  } catch (error) {
    if (signal.aborted) throw new AxiosError("no answer in time", AxiosError.ETIMEDOUT);
    throw error;
  }
};
