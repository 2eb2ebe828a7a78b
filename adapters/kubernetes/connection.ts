import { Agent } from "node:http";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";

/** How long what authenticates a request is used before it is asked for anew: tokens expire, but not within seconds. */
const FRESH_MS = 10_000;

export interface Connection {
  readonly agent: Agent;
  /** Headers that authenticate a request, as of now. */
  headers(): Promise<Readonly<Record<string, string>>>;
}

/** A kept-alive connection to the API server of a kubeconfig. */
export async function connectionOf(config: KubeConfig): Promise<Connection> {
  const first = await optionsOf(config);
  const agent = first.agent instanceof Agent ? first.agent : new Agent();
  Object.assign(agent, { keepAlive: true });
  let fresh = { headers: headersOf(first), until: performance.now() + FRESH_MS };
  return {
    agent,
    headers: async () => {
      if (performance.now() >= fresh.until) {
        fresh = { headers: headersOf(await optionsOf(config)), until: performance.now() + FRESH_MS };
      }
      return fresh.headers;
    },
  };
}

async function optionsOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  return {
    ...(headers as Record<string, string> | undefined),
    ...(auth ? { Authorization: `Basic ${Buffer.from(auth).toString("base64")}` } : {}),
  };
}
