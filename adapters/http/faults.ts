import { isAxiosError, type AxiosError } from "axios";
import { isNetworkError } from "axios-retry";
import type { Fault } from "../../engine";

/** What a server is asked, for the words of a fault. */
export interface Asked {
  /** "query", or "question". */
  readonly noun: string;
  /** The message in the body of an error answer; undefined when it holds none. */
  readonly errorMessage: (body: string) => string | undefined;
}

/**
 * What kind of fault an error of axios is, and a text that goes on from the name of the server.
 *
 * @param timedOut whether the time for all tries was up
 * @throws the error itself when it is no fault of the world
 */
export function explainFault(
  error: unknown,
  timedOut: boolean,
  { noun, errorMessage }: Asked,
): readonly [Fault, string] {
  if (timedOut) return ["timeout", "does not finish its answer in time"];
  if (!isAxiosError(error)) throw error;
  const { response, code } = error;
  if (wasCutOff(error)) return ["unreachable", "broke off its answer"];
  if (response !== undefined) {
    const { status, statusText, data } = response;
    const said = errorMessage(String(data)) ?? statusText;
    const text = said === "" ? `${status}` : `${status}: ${said}`;
    if (status >= 500) return ["serverError", `answered with an error (${text})`];
    if (status >= 400) return ["refused", `refused the ${noun} (${text})`];
    return ["refused", `answered with a redirect, which is not followed (${status})`];
  }
  if (isTimeout(error)) return ["timeout", "does not answer in time"];
  if (code === "ERR_BAD_RESPONSE") return ["malformed", "answered with more than can be read"];
  return ["unreachable", `does not answer (${CAUSES[code ?? ""] ?? code ?? "no connection"})`];
}

/** Whether a failure may pass by itself. */
export function mayPass(error: AxiosError): boolean {
  const status = error.response?.status;
  if (status !== undefined) return wasCutOff(error) || status === 429 || status >= 500;
  return isTimeout(error) || (isNetworkError(error) && error.code !== "ERR_BAD_RESPONSE");
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection closed",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "host name cannot be looked up",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ERR_FR_TOO_MANY_REDIRECTS: "too many redirects",
};

function isTimeout({ response, code }: AxiosError): boolean {
  return response === undefined && (code === "ETIMEDOUT" || code === "ECONNABORTED");
}

/** A good status line, and then the connection broke or fell silent; axios reports both alike. */
function wasCutOff({ response }: AxiosError): boolean {
  return response !== undefined && response.status < 300;
}
