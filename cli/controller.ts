import { Command, InvalidArgumentError, Option } from "commander";
import { createLog, LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "../adapters/log";
import { CONTROLLER_DEFAULTS as DEFAULTS, letAllGo, runController, type ControllerOptions } from "../controller";
import { DEFAULTS as RECORD } from "../adapters/kubernetes/experiment/read";
import { UsageError } from "./errors";
import { wholeNumber } from "./options";
import type { Terminal } from "./terminal";

interface Flags {
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly leaseNamespace: string;
  readonly prometheusUrl: string;
  readonly listen: ControllerOptions["listen"];
  readonly concurrency: number;
  readonly eventsPerSecond: number;
  readonly identity?: string;
  readonly deployment?: string;
  readonly letGo?: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

const EXAMPLES = `
Examples:
  serin controller
  serin controller --kubeconfig ~/.kube/config --prometheus-url http://localhost:9090 --log-format text
  serin controller --namespace shop --lease-namespace shop      # one namespace only, with a Role
  serin controller --let-go                                     # after the controller was removed: free its experiments`;

/** `serin controller`: the in-cluster driver of releases, until SIGTERM or SIGINT. */
export function controllerCommand(terminal: Terminal): Command {
  const env = process.env;
  return new Command("controller")
    .description("Drive the releases of a cluster: every Experiment that is not a `pulumi up`'s.")
    .option("--kubeconfig <file>", "kubeconfig (default: $KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("-n, --namespace <name>", "the only namespace to look after (default: all)")
    .option(
      "--lease-namespace <name>",
      "namespace of the leader's Lease and of the platform's ConfigMaps ($POD_NAMESPACE)",
      env["POD_NAMESPACE"] || DEFAULTS.systemNamespace,
    )
    .option("--prometheus-url <url>", "Prometheus of experiments that name none", prometheusUrl, RECORD.prometheusURL)
    .addOption(
      new Option("--listen <host:port>", "where /healthz, /readyz and /metrics are served")
        .argParser(address)
        .default(address(DEFAULTS.listen), DEFAULTS.listen),
    )
    .option("--concurrency <count>", "requests to the API server at a time", wholeNumber(2), DEFAULTS.concurrency)
    .option(
      "--events-per-second <count>",
      "Kubernetes Events written a second",
      wholeNumber(1),
      DEFAULTS.eventsPerSecond,
    )
    .option(
      "--identity <name>",
      "name under which it leads; unique, and kept when the process is restarted ($POD_NAME; default: made up)",
      env["POD_NAME"] || undefined,
    )
    .option(
      "--deployment <name>",
      "the controller's own Deployment: when that is deleted, traffic goes back to the baselines ($DEPLOYMENT_NAME)",
      env["DEPLOYMENT_NAME"] || undefined,
    )
    .option("--let-go", "give all traffic back to the baselines, free the experiments of their finalizer, and end")
    .addOption(new Option("--log-level <level>", "least severe lines of the log").choices(LOG_LEVELS).default("info"))
    .addOption(new Option("--log-format <format>", "form of the log").choices(LOG_FORMATS).default("json"))
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => control(flags, terminal));
}

async function control(flags: Flags, { err }: Terminal): Promise<void> {
  const {
    leaseNamespace: systemNamespace,
    prometheusUrl: prometheusURL,
    letGo,
    logLevel,
    logFormat,
    ...others
  } = flags;
  const options: ControllerOptions = { ...others, systemNamespace, prometheusURL };
  const log = createLog(logLevel, logFormat, (text) => err.write(text));
  if (letGo) return letAllGo(options, log);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once("SIGTERM", onSignal).once("SIGINT", onSignal);
  try {
    await runController(options, log, stop.signal);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  } finally {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  }
}

/** @example address("127.0.0.1:8081") // { host: "127.0.0.1", port: 8081 } */
function address(text: string): ControllerOptions["listen"] {
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (host === "" || Number(port) > 65535) {
    throw new InvalidArgumentError("It must be a host and a port, such as 127.0.0.1:8081.");
  }
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

function prometheusUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("It must be a URL that begins with http:// or https://.");
}
