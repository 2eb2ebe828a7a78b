import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Agent, RequestOptions } from "node:https";

import type { KubeConfig } from "@kubernetes/client-node";
import axios, { isAxiosError, type AxiosRequestConfig } from "axios";

import { ApiError, type ObjectList, type ObjectSource, type WatchEvent } from "./watchLoop";

const listTimeoutMs = 30_000;
/** The server ends a watch after this time, and the loop lists anew: the bound on how long a lost event can matter. */
const watchSeconds = 60;
/** A connection that is dead without a word shows by the server's not ending the watch in time. */
const watchTimeoutMs = (watchSeconds + 15) * 1000;

/**
 * A collection at `path` of the API server of `kubeconfig`. The lists and watches of client-node are not used because
 * they have no time limits: a server that accepts a request and never answers would hold them for ever.
 */
export function collection(kubeconfig: KubeConfig, path: string): ObjectSource {
  const request = async (signal: AbortSignal, options: AxiosRequestConfig): Promise<AxiosRequestConfig> => {
    const tls: RequestOptions = {};
    await kubeconfig.applyToHTTPSOptions(tls);
    const agent = tls.agent as Agent;
    const headers = { ...(tls.headers as Record<string, string> | undefined), accept: "application/json" };
    const [username = "", ...password] = tls.auth?.split(":") ?? [];
    const auth = tls.auth ? { auth: { username, password: password.join(":") } } : {};
    // The agent may go through a proxy that the kubeconfig names; the environment's is for other hosts.
    return { ...options, ...auth, headers, signal, httpAgent: agent, httpsAgent: agent, proxy: false };
  };
  const url = `${kubeconfig.getCurrentCluster()?.server ?? ""}${path}`;

  return {
    async list(signal): Promise<ObjectList> {
      const config = await request(AbortSignal.any([signal, AbortSignal.timeout(listTimeoutMs)]), {});
      try {
        const { data } = await axios.get<{ items?: unknown[] | null; metadata?: { resourceVersion?: string } }>(
          url,
          config,
        );
        return { items: data.items ?? [], resourceVersion: data.metadata?.resourceVersion ?? "" };
      } catch (error) {
        throw readable(error, path);
      }
    },

    async watch(resourceVersion, onEvent, signal): Promise<void> {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(watchTimeoutMs)]);
      const params = { watch: "true", resourceVersion, timeoutSeconds: watchSeconds };
      const config = await request(limited, { params, responseType: "stream" });
      try {
        const { data } = await axios.get<Readable>(url, config);
        const lines = createInterface(data);
        // It repeats the errors of its input, which `finished` reports.
        lines.on("error", () => undefined);
        lines.on("line", (line) => {
          try {
            onEvent(JSON.parse(line) as WatchEvent);
          } catch (error) {
            data.destroy(error instanceof Error ? error : new Error(String(error)));
          }
        });
        await finished(data);
      } catch (error) {
        throw readable(error, path);
      }
    },
  };
}

function readable(error: unknown, path: string): Error {
  if (isAxiosError(error) && error.response) {
    const { status } = error.response;
    const hint = status === 404 ? ", so its CustomResourceDefinition is not there" : "";
    return new ApiError(status, `${path} answered ${status}${hint}`, { cause: error });
  }
  return new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
