import { Command } from "commander";
import { LOG_FORMATS, LOG_LEVELS } from "../adapters/log";
import { ConfigError, readConfig, serveAnalytics, type Flags } from "../analytics";
import { UsageError } from "./errors";
import type { Terminal } from "./terminal";

const EXAMPLES = `
Examples:
  serin analytics
  serin analytics --prometheus-url http://localhost:9090 --listen 127.0.0.1:8080 --log-format text
  serin analytics --config config.yaml --token-file /etc/serin/token`;

/** `serin analytics`: the analytics service, until SIGTERM or SIGINT. */
export function analyticsCommand(terminal: Terminal): Command {
  return new Command("analytics")
    .description("Serve iter8-analytics' REST API: assess candidates and split traffic.")
    .option("--listen <host:port>", "where to listen (default: 0.0.0.0:8080)")
    .option("--prometheus-url <url>", "base URL of Prometheus (default: http://prometheus.istio-system:9090)")
    .option("--config <file>", "iter8-analytics' configuration file (default: config.yaml, if there is one)")
    .option("--token-file <file>", "file with the token that requests must show (default: none is needed)")
    .option("--log-level <level>", `one of ${LOG_LEVELS.join(", ")} (default: info)`)
    .option("--log-format <format>", `one of ${LOG_FORMATS.join(", ")} (default: json)`)
    .option("--body-limit <bytes>", "longest body of a request (default: 1048576)")
    .option("--query-timeout <duration>", "longest time for all queries of a request (default: 10s)")
    .option("--max-queries <count>", "queries to Prometheus at a time (default: 16)")
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => serve(flags, terminal));
}

async function serve(flags: Flags, { err }: Terminal): Promise<void> {
  try {
    await serveAnalytics(readConfig(flags, process.env), (text) => err.write(text));
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
