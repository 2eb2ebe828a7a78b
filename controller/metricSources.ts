import { FleetObserver, PrometheusClient, type FleetQuery } from "../adapters/prometheus";
import type { Clock } from "../driver/world";

/** Prometheus servers that are remembered; each experiment may name another one. */
const MOST = 50;

/** A round that hangs holds up the next one, in which everything is asked again anyway. */
const PATIENCE = { retries: 1, timeoutMs: 4000, deadlineMs: 8000 };

/** One observer for each Prometheus that experiments name, so that all releases of one are observed together. */
export class MetricSources {
  private readonly observers = new Map<string, FleetObserver>();

  constructor(
    private readonly clock: Clock,
    private readonly onQuery: (query: FleetQuery) => void,
  ) {}

  /** @throws TypeError when the URL is none of a Prometheus */
  at(baseURL: string): FleetObserver {
    const known = this.observers.get(baseURL);
    const observer =
      known ??
      new FleetObserver({
        source: new PrometheusClient({ baseURL, ...PATIENCE }),
        clock: this.clock,
        onQuery: this.onQuery,
      });
    this.observers.delete(baseURL);
    this.observers.set(baseURL, observer);
    const [oldest] = this.observers.keys();
    if (this.observers.size > MOST && oldest !== undefined) this.observers.delete(oldest);
    return observer;
  }
}
