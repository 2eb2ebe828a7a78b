import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { Agent, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { experimentCrdYaml } from "../../adapters/kubernetes/crd";
import { KubernetesClient } from "../../adapters/kubernetes/client";
import { downSandbox, upSandbox } from "../../sandbox/cluster";
import { createDraws } from "../../simulation/random/draws";
import { Disturbances } from "./adversary/disturbances";
import { NAMESPACE_PREFIX } from "./cases/plan";
import type { Context } from "./context";
import { Driver } from "./drivers/driver";
import { Exchanges } from "./drivers/exchanges";
import { Histories } from "./history/histories";
import { LEADER_LEASE } from "./history/history";
import { Recorder } from "./history/recorder";
import { PrometheusProxy } from "./proxies/prometheusProxy";

export interface StageOptions {
  readonly seed: number;
  readonly sampleEveryMs: number;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/** A sandbox with proxies and a recorder around it. */
export interface Stage {
  readonly context: Context;
  readonly recorder: Recorder;
  /** Ends everything that was started; the folder goes too, unless it is to be kept. */
  readonly strike: () => Promise<void>;
  readonly dir: string;
}

export async function setStage({ seed, sampleEveryMs, keep, signal, note }: StageOptions): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), "serin-faults-"));
  const drivers = new Set<Driver>();
  const logs = join(dir, "drivers");
  mkdirSync(logs);
  const cluster = join(dir, "cluster");
  const ended = new AbortController();
  const begun = performance.now();
  const now = (): number => performance.now() - begun;
  let prometheus: PrometheusProxy | undefined;
  let recorder: Recorder | undefined;
  const strike = async (): Promise<void> => {
    ended.abort();
    await Promise.all([...drivers].map((driver) => driver.kill()));
    await recorder?.stopped();
    prometheus?.close();
    for (const { proxy } of drivers) proxy.close();
    await downSandbox(cluster, { purge: !keep });
  };
  try {
    const sandbox = await upSandbox({
      dir: cluster,
      report: note,
      ownerPid: process.pid,
      manifests: [experimentCrdYaml()],
      meshSeed: seed % 2 ** 31,
      signal,
    });
    const histories = new Histories();
    const exchanges = new Exchanges(histories);
    prometheus = new PrometheusProxy(sandbox.prometheusUrl, createDraws(seed, "slow Prometheus").uniform);
    const upstream = { url: sandbox.apiServerUrl, agent: await agentFor(sandbox.kubeconfig) };
    const { uniform } = createDraws(seed, "weather");
    recorder = new Recorder({
      kubeconfig: sandbox.kubeconfig,
      histories,
      isWatched: (namespace) => namespace === LEADER_LEASE.namespace || namespace.startsWith(NAMESPACE_PREFIX),
      now,
      sampleEveryMs,
      signal: ended.signal,
      log: () => undefined,
    });
    const context: Context = {
      sandbox,
      client: await KubernetesClient.connect(sandbox.kubeconfig),
      histories,
      exchanges,
      disturbances: new Disturbances(now),
      prometheus,
      prometheusUrl: await prometheus.listen(),
      signal,
      now,
      note,
      startDriver: async (options) => {
        const proxy = {
          upstream,
          random: uniform,
          now,
          onExchange: (exchange: Parameters<Exchanges["note"]>[1]) => exchanges.note(options.name, exchange),
        };
        const driver = await Driver.start({ ...options, dir: logs, kubeconfig: sandbox.kubeconfig, proxy });
        drivers.add(driver);
        void driver.ended.then(() => drivers.delete(driver));
        if (signal.aborted) await driver.kill();
        return driver;
      },
    };
    return { context, recorder, strike, dir };
  } catch (error) {
    await strike();
    throw error;
  }
}

/** Trusts the sandbox's API server. */
async function agentFor(kubeconfig: string): Promise<Agent> {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(kubeconfig, "utf8"));
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return new Agent({ ca: options.ca, keepAlive: true });
}
