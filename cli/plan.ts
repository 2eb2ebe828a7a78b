import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { parse } from "yaml";
import {
  findMetrics,
  MetricsConfigError,
  observeHistory,
  PrometheusClient,
  unfitForCounting,
  type MetricDefinition,
  type MetricsConfigData,
} from "../adapters/prometheus";
import { maxSampleAgeOf } from "../adapters/kubernetes/experiment/read";
import { forecastLines } from "../driver/forecastText";
import { forecast, type Forecast, type Plan } from "../engine";
import { simulatedPast } from "../simulation";
import { UsageError } from "./errors";
import { readExperiment } from "./experimentFile";
import { scenarioFor } from "./scenario";
import { coloursFor, type Terminal } from "./terminal";

interface Flags {
  readonly scenario?: string;
  readonly file?: string;
  readonly prometheus?: string;
  readonly metrics?: string;
  readonly output: "table" | "json";
}

interface Planned {
  readonly plan: Plan;
  readonly expected: Forecast | undefined;
  /** What is not known, in sentences. */
  readonly notes: readonly string[];
}

const EXAMPLES = `
Examples:
  serin plan --scenario healthy
  serin plan --file experiment.yaml --prometheus http://localhost:9090
  serin plan -f experiment.yaml --metrics metrics-configmap.yaml -o json`;

/** `serin plan`: the weights, the duration, and what a plan can find at the present traffic. */
export function planCommand(terminal: Terminal): Command {
  return new Command("plan")
    .description("Tell what to expect of a release: its weights, its duration, and the regressions that it finds.")
    .option("-s, --scenario <file or name>", "a scenario: its plan at its own traffic")
    .option("-f, --file <experiment.yaml>", "an Experiment: its plan at the traffic that Prometheus knows of")
    .option("--prometheus <url>", "with --file: base URL of Prometheus (default: the Experiment's)")
    .option("--metrics <configmap.yaml>", "with --file: the ConfigMap with your own metrics")
    .addOption(
      new Option("-o, --output <format>", "how to print the result").choices(["table", "json"]).default("table"),
    )
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => tellPlan(flags, terminal));
}

async function tellPlan(flags: Flags, { out, err }: Terminal): Promise<void> {
  const { plan, expected, notes } = await planned(flags);
  for (const note of notes) err.write(`${note}\n`);
  if (expected === undefined) {
    throw new UsageError(
      plan.analysis.mode === "sequential"
        ? "nothing is known of the traffic, so nothing can be told"
        : "only a plan with the sequential analysis can be told ahead; this one has mode point",
    );
  }
  if (flags.output === "json") return out.write(`${JSON.stringify(expected, undefined, 2)}\n`);
  const c = coloursFor(out);
  const lines = forecastLines(plan, expected).map((line) => line.replace(/^plan: /, ""));
  out.write(`${lines.map((line) => (line.startsWith("warning:") ? c.yellow(line) : line)).join("\n")}\n`);
}

async function planned({ scenario, file, prometheus, metrics }: Flags): Promise<Planned> {
  if ((scenario === undefined) === (file === undefined)) {
    throw new UsageError("either option '--scenario' or option '--file' must be given");
  }
  if (file !== undefined) return atPresent(file, prometheus, metrics);
  const { plan, traffic } = await scenarioFor(scenario ?? "");
  return { plan, expected: forecast(plan, simulatedPast(plan, traffic, 1)), notes: [] };
}

async function atPresent(file: string, url: string | undefined, metrics: string | undefined): Promise<Planned> {
  const { experiment, plan } = await readExperiment(file);
  const definitions = await definitionsFor(plan, metrics);
  const unfit = plan.analysis.mode === "sequential" ? unfitForCounting(plan.criteria, definitions) : [];
  if (unfit.length > 0) throw new UsageError(`option '--file' (${file}): ${unfit.join("; ")}`);
  const baseURL = url ?? experiment.spec.serin?.prometheusURL;
  if (baseURL === undefined) throw new UsageError("option '--prometheus' is missing, and the Experiment names none");
  const { baseline, candidate } = plan;
  const versions = { baseline, candidate, namespace: experiment.metadata.namespace };
  const options = { windowMs: plan.traffic.intervalMs, maxAgeMs: maxSampleAgeOf(experiment) };
  const source = clientFor(baseURL);
  const { histories, notes } = await observeHistory(source, definitions, versions, Date.now(), options);
  return { plan, expected: forecast(plan, histories), notes };
}

function clientFor(baseURL: string): PrometheusClient {
  try {
    return new PrometheusClient({ baseURL });
  } catch (error) {
    throw new UsageError(`option '--prometheus': ${(error as Error).message}`, { cause: error });
  }
}

async function definitionsFor({ criteria }: Plan, file: string | undefined): Promise<MetricDefinition[]> {
  try {
    const data =
      file === undefined ? undefined : (parse(await readFile(file, "utf8")) as { data?: MetricsConfigData }).data;
    return findMetrics(
      criteria.map(({ metric }) => metric),
      data,
    );
  } catch (error) {
    const option = error instanceof MetricsConfigError && file === undefined ? "'--file'" : `'--metrics' (${file})`;
    throw new UsageError(`option ${option}: ${(error as Error).message}`, { cause: error });
  }
}
