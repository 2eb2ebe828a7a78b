import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the controller tells Prometheus of itself. Nothing is labelled by experiment, so that there are never many series. */
export class Instruments {
  readonly registry = new Registry();
  readonly iterations = this.counter(
    "serin_iterations_total",
    "Iterations assessed, by whether all criteria were met.",
    ["met"],
  );
  readonly lateness = this.histogram(
    "serin_iteration_lateness_seconds",
    "Time between the moment an assessment fell due and its record.",
    [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
  );
  readonly verdicts = this.counter("serin_verdicts_total", "Releases ended, by verdict.", ["verdict"]);
  readonly failures = this.counter(
    "serin_reconcile_failures_total",
    "Looks at a release that failed and are tried again.",
  );
  readonly queries = this.histogram(
    "serin_prometheus_query_seconds",
    "Time of a query to Prometheus, with all its tries.",
    [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    ["kind", "outcome"],
  );
  readonly requests = this.counter("serin_kubernetes_requests_total", "Requests to the API server.", [
    "method",
    "resource",
    "code",
  ]);
  readonly events = this.counter("serin_events_total", "Occurrences told as Kubernetes Events, by outcome.", [
    "outcome",
  ]);
  readonly notifications = this.counter("serin_notifications_total", "Notifications, by channel and outcome.", [
    "channel",
    "outcome",
  ]);

  /** A number that is asked for when Prometheus asks. */
  gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }

  private counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }
}

/**
 * The resource that a path of the API server is about.
 *
 * @example resourceOf("/apis/apps/v1/namespaces/default/deployments/web") // "deployments"
 */
export function resourceOf(path: string): string {
  const parts = path.split("?")[0]?.split("/").filter(Boolean) ?? [];
  const rest = parts.slice(parts[0] === "api" ? 2 : 3);
  const [resource = "", , sub] = rest[0] === "namespaces" && rest.length > 2 ? rest.slice(2) : rest;
  return sub === undefined ? resource : `${resource}/${sub}`;
}
