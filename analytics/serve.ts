import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { collectDefaultMetrics } from "prom-client";
import { PrometheusClient } from "../adapters/prometheus";
import { ConfigError, type Config } from "./config";
import { createServer } from "./http/server";
import { createLog } from "../adapters/log";
import { createMetrics } from "./metrics";
import { tokenFile, type TokenSource } from "./token";

/** A service that listens. */
export interface Running {
  /** Where it listens. */
  readonly url: string;
  /** Takes no more connections, and ends when all requests under way are answered, or after the grace time. */
  readonly close: () => Promise<void>;
}

/** Where signals come from: the process. */
export type SignalSource = Pick<NodeJS.EventEmitter, "once" | "off">;

const PROBE_TIMEOUT_MS = 2000;
/** What a request may take beside its queries when the service ends, in ms. */
const GRACE_MS = 5000;

/**
 * Starts the service.
 *
 * @param write where its log goes
 * @param graceMs when the service ends, requests get this time and that of their queries; then they are cut off
 * @throws {ConfigError} when it cannot listen, or when the token cannot be read
 */
export async function startAnalytics(
  config: Config,
  write: (text: string) => void,
  graceMs = GRACE_MS,
): Promise<Running> {
  const log = createLog(config.logLevel, config.logFormat, write);
  const { limits, prometheus } = config;
  const metrics = createMetrics();
  collectDefaultMetrics({ register: metrics.registry });
  const app = await createServer({
    source: new PrometheusClient(prometheus),
    probeSource: new PrometheusClient({ ...prometheus, timeoutMs: PROBE_TIMEOUT_MS, retries: 0 }),
    token: tokenSource(config.token, (message) => log.warn(`the token file cannot be used: ${message}`)),
    log,
    limits,
    metrics,
  });
  for (const warning of config.warnings) log.warn(warning);
  await app.listen({ host: config.host, port: config.port }).catch((cause: Error) => {
    throw new ConfigError(`cannot listen on ${config.host}:${config.port}: ${cause.message}`, { cause });
  });
  const { address, port, family } = app.server.address() as AddressInfo;
  const url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  log.info({ url, prometheus: new PrometheusClient(prometheus).displayName }, "listening");
  return {
    url,
    async close() {
      const cutOff = setTimeout(() => app.server.closeAllConnections(), limits.queryMs + graceMs);
      await app.close();
      clearTimeout(cutOff);
      log.info("stopped");
    },
  };
}

/** Runs the service until SIGTERM or SIGINT, and then ends it. A second signal ends the process at once. */
export async function serveAnalytics(
  config: Config,
  write: (text: string) => void,
  signals: SignalSource = process,
): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  signals.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  try {
    const running = await startAnalytics(config, write);
    if (!stop.signal.aborted) await once(stop.signal, "abort");
    signals.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    await running.close();
  } finally {
    signals.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  }
}

function tokenSource(token: Config["token"], onFault: (message: string) => void): TokenSource | undefined {
  if (token === undefined) return undefined;
  if ("text" in token) return () => token.text;
  try {
    return tokenFile(token.file, onFault);
  } catch (cause) {
    throw new ConfigError(`option '--token-file' (${token.file}): ${(cause as Error).message}`, { cause });
  }
}
