import type { KubernetesClient } from "../../adapters/kubernetes/client";
import type { Sandbox } from "../../sandbox/cluster";
import type { Disturbances } from "./adversary/disturbances";
import type { Exchanges } from "./drivers/exchanges";
import type { Driver, DriverOptions } from "./drivers/driver";
import type { Histories } from "./history/histories";
import type { PrometheusProxy } from "./proxies/prometheusProxy";

/** What the parts of a run share. */
export interface Context {
  readonly sandbox: Sandbox;
  /** Straight to the API server. */
  readonly client: KubernetesClient;
  readonly histories: Histories;
  readonly exchanges: Exchanges;
  readonly disturbances: Disturbances;
  readonly prometheus: PrometheusProxy;
  /** URL of the proxy before Prometheus. */
  readonly prometheusUrl: string;
  /** Aborted when the run is to stop early. */
  readonly signal: AbortSignal;
  /** ms since the run began. */
  readonly now: () => number;
  /** One line about something that is neither progress nor a violation. */
  readonly note: (line: string) => void;
  /** Starts a process that drives, behind a proxy of its own. */
  readonly startDriver: (options: Pick<DriverOptions, "name" | "skewMs" | "script" | "args">) => Promise<Driver>;
}
