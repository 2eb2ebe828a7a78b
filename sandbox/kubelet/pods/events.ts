import { randomBytes } from "node:crypto";
import { isTransient } from "../../../adapters/kubernetes/errors";
import { MESSAGE_LIMIT } from "../../../adapters/kubernetes/events";
import { EVENTS, type KubernetesObject } from "../../../adapters/kubernetes/paths";
import type { KubernetesApi } from "../../../adapters/kubernetes/api";
import type { Clock } from "./clock";
import type { PodRef, Role } from "./pod";
import { retryDelayMs } from "./retry";

export interface Occurrence {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** The container that it is about; default: the pod as a whole. */
  readonly container?: { readonly name: string; readonly role: Role };
}

export interface EventRecorderOptions {
  readonly api: Pick<KubernetesApi, "create" | "merge">;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly random: () => number;
}

interface Series {
  readonly pod: PodRef;
  readonly occurrence: Occurrence;
  readonly name: string;
  readonly first: number;
  last: number;
  count: number;
  /** What of the count is written. */
  written: number;
  isBusy: boolean;
  failures: number;
}

/** The same thing again within this time is written once, with its count. */
const quietMs = 5000;
/** Something is remembered to have been told for this many other things. */
const remembered = 500;
const patience = 8;

/** Writes Events on pods, in the background. The same thing again only counts up the Event that there is. */
export class EventRecorder {
  private readonly series = new Map<string, Series>();

  constructor(private readonly options: EventRecorderOptions) {}

  tell(pod: PodRef, occurrence: Occurrence): void {
    const now = this.options.clock.now();
    const key = JSON.stringify([pod.uid, occurrence]);
    const known = this.series.get(key);
    if (known) {
      known.count += 1;
      known.last = now;
      this.write(known);
      return;
    }
    const name = `${pod.name}.${randomBytes(8).toString("hex")}`;
    const fresh = { pod, occurrence, name, first: now, last: now, count: 1, written: 0, isBusy: false, failures: 0 };
    this.series.set(key, fresh);
    const [oldest] = this.series.keys();
    if (this.series.size > remembered && oldest !== undefined) this.series.delete(oldest);
    this.write(fresh);
  }

  private write(series: Series): void {
    if (series.isBusy || series.written === series.count) return;
    series.isBusy = true;
    const count = series.count;
    this.send(series).then(
      () => {
        series.written = count;
        series.failures = 0;
        this.again(series, quietMs);
      },
      (error: unknown) => {
        series.failures += 1;
        // Events are a help, not a record: one that cannot be written is given up.
        const isLost = !isTransient(error) || series.failures >= patience;
        if (isLost) series.written = series.count;
        this.again(series, retryDelayMs(series.failures, this.options.random));
      },
    );
  }

  private again(series: Series, inMs: number): void {
    this.options.clock.after(inMs, () => {
      series.isBusy = false;
      this.write(series);
    });
  }

  private async send(series: Series): Promise<void> {
    const { api } = this.options;
    const { namespace } = series.pod;
    if (series.written === 0) await api.create(EVENTS, this.eventOf(series));
    else await api.merge(EVENTS, namespace, series.name, { count: series.count, lastTimestamp: stamp(series.last) });
  }

  private eventOf({ pod, occurrence, name, first, last, count }: Series): KubernetesObject {
    const { type, reason, message, container } = occurrence;
    const list = container?.role === "main" ? "containers" : "initContainers";
    const involvedObject = {
      apiVersion: "v1",
      kind: "Pod",
      ...pod,
      ...(container ? { fieldPath: `spec.${list}{${container.name}}` } : {}),
    };
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace: pod.namespace },
      involvedObject,
      type,
      reason,
      message: message.slice(0, MESSAGE_LIMIT),
      source: { component: "kubelet", host: this.options.nodeName },
      reportingComponent: "kubelet",
      reportingInstance: this.options.nodeName,
      firstTimestamp: stamp(first),
      lastTimestamp: stamp(last),
      count,
    };
    return event;
  }
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
