import { readFileSync } from "node:fs";
import { PrometheusClient, type PrometheusOptions } from "../../adapters/prometheus";
import { DURATION_FORMAT, parseDuration } from "../../engine/duration";
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../../adapters/log";
import { checkToken } from "../token";
import { readEnvironment, type Environment } from "./environment";
import { ConfigError } from "./errors";
import { readConfigFile, type FileConfig } from "./file";

/** The command line's options, as they were written; undefined when they were not. */
export type Flags = Partial<
  Readonly<
    Record<
      | "listen"
      | "prometheusUrl"
      | "config"
      | "tokenFile"
      | "logLevel"
      | "logFormat"
      | "bodyLimit"
      | "queryTimeout"
      | "maxQueries",
      string
    >
  >
>;

export interface Limits {
  /** Longest body of a request, in bytes. Default: 1 MiB. */
  readonly bodyBytes: number;
  /** Longest time for all queries of one request, in ms. Default: 10 s. */
  readonly queryMs: number;
  /** Queries that may be under way at a time, those of all requests together. Default: 16. */
  readonly queries: number;
}

/** All that the service has to be told. */
export interface Config {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly prometheus: Pick<PrometheusOptions, "baseURL" | "auth">;
  /** Without it, requests need no token. */
  readonly token?: { readonly file: string } | { readonly text: string };
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly limits: Limits;
  /** What was set and has no effect, in sentences. */
  readonly warnings: readonly string[];
}

const DEFAULT_PORT = 8080;
const DEFAULT_FILE = "config.yaml";
const DEFAULT_URL = "http://prometheus.istio-system:9090";

/**
 * The configuration: each setting from its flag, else its environment variable, else Iter8's configuration file, else its
 * default.
 *
 * @throws {ConfigError} naming the setting, its value and what is allowed
 */
export function readConfig(
  flags: Flags,
  env: Environment,
  read = (path: string) => readFileSync(path, "utf8"),
): Config {
  const fromEnv = readEnvironment(env);
  const file = fileConfig(flags.config, fromEnv.configFile, read);
  const listen = flags.listen === undefined ? undefined : parseListen(flags.listen);
  return {
    host: listen?.host ?? "0.0.0.0",
    port: listen?.port ?? fromEnv.port ?? file.port ?? DEFAULT_PORT,
    prometheus: { baseURL: prometheusURL(flags.prometheusUrl, fromEnv.prometheusUrl, file.url), auth: file.auth },
    token: tokenConfig(flags.tokenFile, fromEnv.token),
    logLevel: choice("--log-level", flags.logLevel, LOG_LEVELS) ?? fromEnv.logLevel ?? "info",
    logFormat: choice("--log-format", flags.logFormat, LOG_FORMATS) ?? "json",
    limits: {
      bodyBytes: wholeNumber("--body-limit", flags.bodyLimit) ?? 1024 * 1024,
      queryMs: duration("--query-timeout", flags.queryTimeout) ?? 10_000,
      queries: wholeNumber("--max-queries", flags.maxQueries) ?? 16,
    },
    warnings: [...fromEnv.warnings, ...file.warnings],
  };
}

/** Only the file at the default place may be missing. */
function fileConfig(flag: string | undefined, env: string | undefined, read: (path: string) => string): FileConfig {
  const path = flag ?? env ?? DEFAULT_FILE;
  const setting = flag === undefined ? "METRICS_BACKEND_CONFIGFILE" : "option '--config'";
  try {
    return readConfigFile(path, read(path));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (flag === undefined && env === undefined && code === "ENOENT") return { warnings: [] };
    throw new ConfigError(`${setting} (${path}) cannot be read: ${message}`, { cause: error });
  }
}

function parseListen(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new ConfigError(`option '--listen' (${text}) must be a host and a port, such as 127.0.0.1:8080 or [::]:8080`);
}

function prometheusURL(flag: string | undefined, env: string | undefined, file: string | undefined): string {
  const url = flag ?? env ?? file ?? DEFAULT_URL;
  const where = env === undefined ? "'metricsBackend.url'" : "ITER8_ANALYTICS_METRICS_BACKEND_URL";
  try {
    new PrometheusClient({ baseURL: url });
    return url;
  } catch (error) {
    const setting = flag === undefined ? where : "option '--prometheus-url'";
    throw new ConfigError(`${setting}: ${(error as Error).message}`, { cause: error });
  }
}

function tokenConfig(file: string | undefined, text: string | undefined): Config["token"] {
  if (file !== undefined) return { file };
  if (text === undefined) return undefined;
  try {
    return { text: checkToken(text) };
  } catch (error) {
    throw new ConfigError(`SERIN_ANALYTICS_TOKEN: ${(error as Error).message}`, { cause: error });
  }
}

function choice<T extends string>(flag: string, text: string | undefined, allowed: readonly T[]): T | undefined {
  const found = allowed.find((one) => one === text);
  if (text === undefined || found !== undefined) return found;
  throw new ConfigError(`option '${flag}' (${text}) must be one of ${allowed.join(", ")}`);
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new ConfigError(`option '${flag}' (${text}) must be a whole number, at least 1`);
}

function duration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  // Longer ones do not fit a timer.
  if (ms !== undefined && ms < 2 ** 31) return ms;
  throw new ConfigError(`option '${flag}' (${text}) must be ${DURATION_FORMAT}, and shorter than 24 days`);
}
