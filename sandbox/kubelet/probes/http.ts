import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { V1Container, V1HTTPGetAction } from "@kubernetes/client-node";
import { portNumber } from "../pods/pod";

export interface HttpAnswer {
  readonly status: number;
  /** At most 10 KiB. */
  readonly body: string;
}

const bodyLimit = 10 * 1024;

/**
 * The GET request of a probe or a hook. Certificates are not checked, and no redirect is followed.
 *
 * @throws Error when there is no answer within `timeoutMs`
 */
export function httpGet(
  action: V1HTTPGetAction,
  container: V1Container,
  podIP: string,
  agentName: string,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const { host = podIP, scheme = "HTTP", path = "/", httpHeaders = [] } = action;
  const port = portNumber(action.port, container);
  const options = {
    host,
    port,
    path: path.startsWith("/") ? path : `/${path}`,
    agent: false as const,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: headersOf(httpHeaders, agentName),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(error.name === "AbortError" || error.name === "TimeoutError" ? lateError(timeoutMs) : error);
    const request = (scheme === "HTTPS" ? httpsRequest : httpRequest)(options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = (): void => {
        const body = Buffer.concat(chunks).subarray(0, bodyLimit).toString("utf8");
        resolve({ status: response.statusCode ?? 0, body });
      };
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length < bodyLimit) return;
        finish();
        response.destroy();
      });
      response.on("end", finish);
      response.on("error", fail);
    });
    request.on("error", fail);
    request.end();
  });
}

function headersOf(given: readonly { name: string; value: string }[], agentName: string): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const { name, value } of given) (headers[name.toLowerCase()] ??= []).push(value);
  headers["user-agent"] ??= [agentName];
  headers.accept ??= ["*/*"];
  return headers;
}

function lateError(timeoutMs: number): Error {
  return new Error(`no answer within ${timeoutMs / 1000} s`);
}
