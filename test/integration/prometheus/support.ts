import { execFile, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import detectPort from "detect-port";
import { prometheusConfig, type ConfigSettings } from "../../../components/prometheus";
import { toYaml } from "../../../components/prometheus/prometheusConfig";
import { recordingRules, type RuleSettings } from "../../../components/prometheus/recordingRules";
import { resolveToolchain } from "../../../sandbox/toolchain";

export interface Programs {
  readonly prometheus: string;
  readonly promtool: string;
}

/** A cold build of the toolchain is part of the first test. */
export const coldTimeoutMs = 40 * 60_000;

export async function findPrograms(): Promise<Programs> {
  const { paths, platform, dataPlaneMissing } = await resolveToolchain(() => undefined, { extras: "platform" });
  if (platform === undefined) throw dataPlaneMissing ?? new Error("promtool is not to be had");
  return { prometheus: paths.prometheus, promtool: platform.promtool };
}

export const configSettings: ConfigSettings = {
  scrapeInterval: "1s",
  evaluationInterval: "1s",
  istioNamespace: "istio-system",
  keep: "all",
};

export const ruleSettings: RuleSettings = { scrapeInterval: "1s", rates: true, counters: true, buckets: true };

/** A folder with the files of a configuration, as the ConfigMap has them. */
export class ConfigFolder {
  readonly path = mkdtempSync(join(tmpdir(), "serin-prometheus-"));

  constructor(config: ConfigSettings = configSettings, rules: RuleSettings = ruleSettings) {
    this.write("prometheus.yml", toYaml(prometheusConfig(config)));
    this.write("rules.yml", toYaml(recordingRules(rules)));
  }

  write(name: string, content: string): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** Runs a program to its end. */
export function outcomeOf(
  program: string,
  ...args: string[]
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(program, args, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: `${stdout}${stderr}` });
    });
  });
}

export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** A real Prometheus in a cluster that does not answer. */
export async function startPrometheus(program: string, folder: ConfigFolder, ...flags: string[]): Promise<Running> {
  const port = await detectPort({ port: 0, hostname: "127.0.0.1" });
  const child = spawn(
    program,
    [
      `--config.file=${join(folder.path, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder.path, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
    {
      env: { ...process.env, KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "1" },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let log = "";
  child.stderr.on("data", (data: Buffer) => void (log += String(data)));
  const exited = new Promise<void>((resolve) => child.once("exit", () => void resolve()));
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  try {
    await eventually(`Prometheus is ready: ${log}`, async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended: ${log}`);
      return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** What the API answers. */
export async function get<T>(url: string, path: string): Promise<T> {
  const answer = (await (await fetch(`${url}/api/v1/${path}`)).json()) as { readonly data: T };
  return answer.data;
}

export interface Exporter extends Running {
  /** Whether its counters grow from scrape to scrape. */
  isGrowing: boolean;
}

const versions = ["reviews-v1", "reviews-v2"];
const bounds = ["10", "100", "1000", "+Inf"];

/** Serves Istio's counters of two versions, as two proxies of callers would together. */
export async function startExporter(): Promise<Exporter> {
  let scrapes = 1;
  const exporter = { isGrowing: true };
  const server: Server = createServer((_, response) => {
    if (exporter.isGrowing) scrapes += 1;
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(`${samples(scrapes).join("\n")}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => void resolve()));
  };
  return Object.assign(exporter, { url: `127.0.0.1:${port}`, stop });
}

function samples(scrapes: number): string[] {
  const lines = versions.flatMap((version, v) =>
    ["source", "destination"].flatMap((reporter) =>
      ["gateway", "productpage"].flatMap((caller) => {
        const labels = [
          `reporter="${reporter}"`,
          `source_workload="${caller}"`,
          `destination_workload="${version}"`,
          'destination_workload_namespace="bookinfo"',
        ].join(",");
        const requests = scrapes * 10 * (v + 1);
        const duration = "istio_request_duration_milliseconds";
        return [
          `istio_requests_total{${labels},response_code="200"} ${requests - scrapes}`,
          `istio_requests_total{${labels},response_code="503"} ${scrapes}`,
          `${duration}_count{${labels}} ${requests}`,
          `${duration}_sum{${labels}} ${requests * 50}`,
          ...bounds.map((le, i) => `${duration}_bucket{${labels},le="${le}"} ${(requests * (i + 1)) / bounds.length}`),
        ];
      }),
    ),
  );
  const types = [
    "# TYPE istio_requests_total counter",
    "# TYPE istio_request_duration_milliseconds histogram",
    "# TYPE mine_total counter",
  ];
  return [...types, ...lines, `mine_total ${scrapes}`];
}

/** Waits until something is so. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not so after a minute`);
    await sleep(100);
  }
}
