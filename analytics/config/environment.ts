import type { LogLevel } from "../../adapters/log";
import { ConfigError } from "./errors";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What environment variables say. All but the token are iter8-analytics' own. */
export interface EnvironmentConfig {
  readonly port?: number;
  readonly prometheusUrl?: string;
  readonly configFile?: string;
  readonly logLevel?: LogLevel;
  readonly token?: string;
  readonly warnings: readonly string[];
}

/** Python's names of log levels, which Iter8 v1.0 took. */
const ITER8_LEVELS: Readonly<Record<string, LogLevel>> = {
  debug: "debug",
  info: "info",
  warning: "warn",
  error: "error",
  critical: "fatal",
};

/**
 * Reads the environment. An empty variable counts as one that is not set.
 *
 * @throws {ConfigError} naming the variable, its value and what is allowed
 */
export function readEnvironment(env: Environment): EnvironmentConfig {
  const get = (name: string) => (env[name] === "" ? undefined : env[name]);
  const capture = get("ITER8_DATA_CAPTURE_MODE");
  return {
    port: readPort("ITER8_ANALYTICS_SERVER_PORT", get("ITER8_ANALYTICS_SERVER_PORT")),
    prometheusUrl: get("ITER8_ANALYTICS_METRICS_BACKEND_URL"),
    configFile: get("METRICS_BACKEND_CONFIGFILE"),
    logLevel: readLevel(get("ITER8_ANALYTICS_LOG_LEVEL")) ?? readDebug(get("ITER8_ANALYTICS_DEBUG")),
    token: get("SERIN_ANALYTICS_TOKEN"),
    warnings:
      capture === undefined || capture.toLowerCase() === "false"
        ? []
        : [`ITER8_DATA_CAPTURE_MODE (${capture}) has no effect: requests and answers are not written to files`],
  };
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new ConfigError(`${name} (${text}) must be a port, 0 to 65535`);
}

function readLevel(text: string | undefined): LogLevel | undefined {
  if (text === undefined) return undefined;
  const name = text.toLowerCase();
  if (Object.hasOwn(ITER8_LEVELS, name)) return ITER8_LEVELS[name];
  throw new ConfigError(`ITER8_ANALYTICS_LOG_LEVEL (${text}) must be one of ${Object.keys(ITER8_LEVELS).join(", ")}`);
}

function readDebug(text: string | undefined): LogLevel | undefined {
  if (text === undefined || /^(0|false)$/i.test(text)) return undefined;
  if (/^(1|true)$/i.test(text)) return "debug";
  throw new ConfigError(`ITER8_ANALYTICS_DEBUG (${text}) must be true, false, 1 or 0`);
}
